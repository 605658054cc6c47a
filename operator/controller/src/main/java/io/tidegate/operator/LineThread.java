package io.tidegate.operator;

import io.tidegate.operator.watch.ChangeDebouncer.Delayer;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread of a line: what runs on it needs no locks. A task that fails does not end it. */
final class LineThread implements Delayer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineThread.class);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor executor;

  LineThread(String name) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  // A failure has nowhere to go but the log, where logged() writes it.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public void after(Duration delay, Runnable task) {
    var unused = executor.schedule(logged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  void every(Duration period, Runnable task) {
    var unused =
        executor.scheduleWithFixedDelay(
            logged(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  ScheduledThreadPoolExecutor executor() {
    return executor;
  }

  /** What runs is finished; what waits is dropped. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static Runnable logged(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("A stage failed and goes on with the next change", e);
      }
    };
  }
}
