package io.tidegate.sidecar;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Waits, while calls still come and go, for a moment without any. An application that is told to
 * end with us makes its last calls after that; they are served like all others until it falls
 * silent. On one event loop.
 */
final class Quiet {
  private static final Duration TICK = Duration.ofMillis(25);
  private static final Duration MOMENT = Duration.ofMillis(250);

  private final Vertx vertx;
  private final IntSupplier openCalls;
  private final long deadline;
  private final Promise<Boolean> reached = Promise.promise();
  private long silentSince;

  private Quiet(Vertx vertx, IntSupplier openCalls, Duration atMost) {
    this.vertx = vertx;
    this.openCalls = openCalls;
    this.silentSince = System.nanoTime();
    this.deadline = silentSince + atMost.toNanos();
  }

  /** Completes with whether it became quiet in that time. */
  static Future<Boolean> await(Vertx vertx, IntSupplier openCalls, Duration atMost) {
    Quiet quiet = new Quiet(vertx, openCalls, atMost);
    quiet.look();
    return quiet.reached.future();
  }

  private void look() {
    long now = System.nanoTime();
    if (openCalls.getAsInt() > 0) {
      silentSince = now;
    }
    if (now - silentSince >= MOMENT.toNanos()) {
      reached.complete(true);
    } else if (now - deadline >= 0) {
      reached.complete(openCalls.getAsInt() == 0);
    } else {
      vertx.setTimer(TICK.toMillis(), tick -> look());
    }
  }
}
