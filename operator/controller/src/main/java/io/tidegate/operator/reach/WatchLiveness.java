package io.tidegate.operator.reach;

import java.time.Duration;
import java.util.Map;
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

  /**
   * @param nanoTime a clock that never goes back, such as {@link System#nanoTime}
   */
  public WatchLiveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The watch is wanted from now on. */
  void wanted(WatchKey watch) {
    signs.putIfAbsent(watch, nanoTime.getAsLong());
  }

  void sign(WatchKey watch) {
    signs.computeIfPresent(watch, (_, _) -> nanoTime.getAsLong());
  }

  /** Nobody wants this watch any more. */
  public void forget(WatchKey watch) {
    signs.remove(watch);
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
