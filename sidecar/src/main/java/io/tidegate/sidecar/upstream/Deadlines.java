package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.upstream.Exchange.FailureCause;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The four time-outs of one attempt on one timer. A read only stamps the clock, and a phase that
 * ends later than the timer fires leaves it alone; the timer, when it fires too early, is set again
 * for what is left. So a stream costs one timer an idle period and not one a chunk.
 */
final class Deadlines {
  private static final long NO_TIMER = -1;
  private final Vertx vertx;
  private final Provider.Timeouts timeouts;
  private final Consumer<FailureCause> expired;
  private final long started = System.nanoTime();
  private FailureCause phase = FailureCause.NO_CONNECTION;
  private long phaseMillis;
  private long phaseSince = started;
  private boolean suspended;
  private long timer = NO_TIMER;
  private long fires;

  Deadlines(Vertx vertx, Provider.Timeouts timeouts, Consumer<FailureCause> expired) {
    this.vertx = vertx;
    this.timeouts = timeouts;
    this.expired = expired;
    this.phaseMillis = timeouts.connectMillis();
    arm();
  }

  /** The request's last byte is written. */
  void requestSent() {
    enter(FailureCause.FIRST_TOKEN_TIMEOUT, timeouts.firstTokenMillis());
  }

  /** A part of the answer's body was read. */
  void read() {
    if (phase == FailureCause.IDLE_TIMEOUT) {
      phaseSince = System.nanoTime();
    } else {
      enter(FailureCause.IDLE_TIMEOUT, timeouts.idleMillis());
    }
  }

  /** While the client is slow, the provider is not idle. */
  void suspend() {
    suspended = true;
  }

  void goOn() {
    suspended = false;
    phaseSince = System.nanoTime();
  }

  void cancel() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  private void enter(FailureCause next, long millis) {
    phase = next;
    phaseMillis = millis;
    phaseSince = System.nanoTime();
    if (timer == NO_TIMER || phaseSince + TimeUnit.MILLISECONDS.toNanos(millis) - fires < 0) {
      cancel();
      arm();
    }
  }

  private void arm() {
    long now = System.nanoTime();
    long wait = Math.max(1, Math.min(phaseLeft(now), totalLeft(now)));
    fires = now + TimeUnit.MILLISECONDS.toNanos(wait);
    timer = vertx.setTimer(wait, fired -> check());
  }

  private void check() {
    timer = NO_TIMER;
    long now = System.nanoTime();
    if (totalLeft(now) <= 0) {
      expired.accept(FailureCause.TOTAL_TIMEOUT);
    } else if (!suspended && phaseLeft(now) <= 0) {
      expired.accept(phase);
    } else {
      arm();
    }
  }

  private long totalLeft(long now) {
    return left(started, timeouts.totalMillis(), now);
  }

  private long phaseLeft(long now) {
    return suspended ? phaseMillis : left(phaseSince, phaseMillis, now);
  }

  /** Milliseconds, rounded up so that the timer does not fire just before its time. */
  private static long left(long since, long millis, long now) {
    return Math.ceilDiv(TimeUnit.MILLISECONDS.toNanos(millis) - (now - since), 1_000_000L);
  }
}
