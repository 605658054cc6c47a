package io.tidegate.operator.watch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Turns a burst of changes into one run: when nothing came for {@code quiet}, but never later than
 * {@code most} after the burst's first change. A change that arrives during a run starts the next
 * burst, so none is lost. Safe on every thread; the run happens on the delayer's.
 */
public final class ChangeDebouncer {
  /** Runs a task later, once; a delay of zero or less means at once. */
  @FunctionalInterface
  public interface Delayer {
    void after(Duration delay, Runnable task);
  }

  private final Duration quiet;
  private final Duration most;
  private final LongSupplier nanoTime;
  private final Delayer delayer;
  private final Runnable run;

  private boolean pending;
  private long firstChange;
  private long lastChange;

  /**
   * @param nanoTime a clock that never goes back, such as {@link System#nanoTime}
   */
  public ChangeDebouncer(
      Duration quiet, Duration most, LongSupplier nanoTime, Delayer delayer, Runnable run) {
    this.quiet = quiet;
    this.most = most;
    this.nanoTime = nanoTime;
    this.delayer = delayer;
    this.run = run;
  }

  /** Something changed. */
  public void changed() {
    synchronized (this) {
      lastChange = nanoTime.getAsLong();
      if (pending) {
        return;
      }
      pending = true;
      firstChange = lastChange;
    }
    delayer.after(quiet, this::wake);
  }

  private void wake() {
    long remaining;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      long untilQuiet = lastChange + quiet.toNanos() - now;
      long untilMost = firstChange + most.toNanos() - now;
      remaining = Math.min(untilQuiet, untilMost);
      if (remaining <= 0) {
        pending = false;
      }
    }
    if (remaining > 0) {
      delayer.after(Duration.ofNanos(remaining), this::wake);
    } else {
      run.run();
    }
  }
}
