package io.tidegate.operator.reach;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** When the next ping is due. Nothing that runs here blocks. */
final class Pings implements AutoCloseable {
  private final Duration interval;
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("tidegate-watch-pings").daemon().factory());

  Pings(Duration interval) {
    this.interval = interval;
    executor.setRemoveOnCancelPolicy(true);
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Ends when the returned future is cancelled. */
  Future<?> every(Runnable ping) {
    return executor.scheduleWithFixedDelay(
        ping, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
