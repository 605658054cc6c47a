package io.tidegate.operator.reach;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When the API server last gave a sign of life on each watch: an event, an answer to a ping, a
 * connection made. Once opened, a watch counts until it is forgotten, also while it is opened
 * again. Safe on every thread.
 */
public final class WatchLiveness {
  /** A kind that is silent for longer is behind, as far as anybody knows: three pings and one s. */
  public static final Duration STALL = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private final Map<WatchKey, Long> signs = new ConcurrentHashMap<>();
  private final Set<WatchKey> forgotten = new HashSet<>();

  /**
   * @param nanoTime a clock that never goes back, such as {@link System#nanoTime}
   */
  public WatchLiveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The watch is being opened; it counts unless it was forgotten since. */
  synchronized void wanted(WatchKey watch) {
    if (!forgotten.contains(watch)) {
      signs.putIfAbsent(watch, nanoTime.getAsLong());
    }
  }

  void sign(WatchKey watch) {
    signs.computeIfPresent(watch, (_, _) -> nanoTime.getAsLong());
  }

  /** Nobody wants this watch any more, nor what is still on its way to open it again. */
  public synchronized void forget(WatchKey watch) {
    forgotten.add(watch);
    signs.remove(watch);
  }

  /** A watch that may have been forgotten is about to be opened. */
  public synchronized void remember(WatchKey watch) {
    forgotten.remove(watch);
  }

  /** How long the most silent watch of each kind has been silent, by the kind's plural. */
  public Map<String, Duration> silence() {
    long now = nanoTime.getAsLong();
    Map<String, Duration> silence = new TreeMap<>();
    signs.forEach(
        (watch, sign) ->
            silence.merge(
                watch.plural(),
                Duration.ofNanos(now - sign),
                (a, b) -> a.compareTo(b) > 0 ? a : b));
    return silence;
  }

  /** Those of {@link #silence} that last longer than {@link #STALL}. */
  public Map<String, Duration> stalled() {
    Map<String, Duration> stalled = silence();
    stalled.values().removeIf(lasting -> lasting.compareTo(STALL) <= 0);
    return stalled;
  }
}
