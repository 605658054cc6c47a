package io.tidegate.cli.up;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do, by asking again and again up to a deadline. */
final class Deadline {
  private static final long EVERY_MILLIS = 25;

  private Deadline() {}

  /** Whether the condition held before the time was over; what it throws is thrown here. */
  static boolean await(Duration most, BooleanSupplier condition) {
    CompletableFuture<Void> held = new CompletableFuture<>();
    try (ScheduledExecutorService asker = Executors.newSingleThreadScheduledExecutor()) {
      ScheduledFuture<?> asking =
          asker.scheduleWithFixedDelay(
              () -> ask(condition, held), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
      try {
        held.get(most.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        asking.cancel(true);
        asker.shutdownNow();
      }
    }
  }

  private static void ask(BooleanSupplier condition, CompletableFuture<Void> held) {
    try {
      if (condition.getAsBoolean()) {
        held.complete(null);
      }
    } catch (RuntimeException e) {
      held.completeExceptionally(e);
    }
  }
}
