package io.tidegate.operator;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;

/**
 * Waits for what another thread will do. The deadline is for what never comes: a busy machine may
 * take long.
 */
public final class Eventually {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final Duration STEP = Duration.ofMillis(5);

  private Eventually() {}

  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  public static void until(Supplier<String> what, BooleanSupplier condition) {
    until(DEADLINE, what, condition);
  }

  /** For what takes its time on an idle machine already. */
  public static void until(Duration deadline, Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        Assertions.fail("not within " + deadline + ": " + what.get());
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
