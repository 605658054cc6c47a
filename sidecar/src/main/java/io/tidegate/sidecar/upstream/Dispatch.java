package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.budget.Admission;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Stage;
import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.route.PlannedTarget;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The attempts of one call: the same target again while the rule's retries last, then the next one
 * where the rule's fallback names the failure. It ends when an attempt serves, which is before the
 * first byte goes to the client; from then on nothing is tried again.
 */
public final class Dispatch {
  /** Told exactly once, unless the dispatch is closed before. */
  public interface Listener {
    /**
     * This attempt's answer is the call's. Its body has not begun, or begins with the next call.
     *
     * @return who gets the body
     */
    Exchange.Listener serving(Attempt attempt, Exchange.Head head);

    /** No attempt served and no provider's answer is left to pass on. */
    void unserved(Refusal refusal);

    /** A fault of ours. */
    void broken(Throwable fault);
  }

  private final Dispatcher parts;
  private final Outbound call;
  private final Listener listener;
  private final Course course;
  private final List<Attempt> attempts = new ArrayList<>(1);
  private boolean replayed;
  private long timer = -1;
  private boolean serving;
  private boolean over;

  Dispatch(Dispatcher parts, Outbound call, Listener listener) {
    this.parts = parts;
    this.call = call;
    this.listener = listener;
    this.course = new Course(call.plan(), new Backoff(parts.clock(), parts.random()));
  }

  /** In the order in which they were made. */
  public List<Attempt> attempts() {
    return Collections.unmodifiableList(attempts);
  }

  /** Of the last attempt, or of the one that is about to be made. */
  public PlannedTarget target() {
    return course.target();
  }

  public void start() {
    PlannedTarget target = course.target();
    String credential = null;
    String name = target.provider().config().credential();
    if (name != null) {
      credential = parts.keys().credential(name);
      if (!UpstreamRefusal.usable(credential)) {
        unserved(UpstreamRefusal.noCredential(target.provider(), credential, parts.keys()));
        return;
      }
    }
    String key = credential == null ? null : credential.strip();
    call.timeline().enterOnce(Stage.BUDGET);
    admission(target).onComplete(answer -> admitted(target, key, answer));
  }

  private Future<Admission> admission(PlannedTarget target) {
    if (!call.operation().isInference()) {
      String model =
          target.model() == null ? call.request().model() : target.model().config().name();
      return parts.gate().admitUnpaid(call.policy(), call.task(), model);
    }
    return parts
        .gate()
        .admit(
            call.policy(),
            call.task(),
            target.provider(),
            target.model(),
            AttemptEncoder.bounded(call, target),
            call.wantedCap());
  }

  private void admitted(PlannedTarget target, String credential, AsyncResult<Admission> answer) {
    if (answer.failed()) {
      broken(answer.cause());
      return;
    }
    switch (answer.result()) {
      case Admission.Denied denied -> unserved(denied.refusal());
      case Admission.Granted granted -> {
        boolean paid = call.operation().isInference();
        Attempt attempt = new Attempt(target, granted.reservation(), parts.settler(), paid);
        attempts.add(attempt);
        if (over) {
          attempt.over(null, false);
        } else {
          send(attempt, credential);
        }
      }
    }
  }

  private void send(Attempt attempt, String credential) {
    course.tried();
    ServingProvider provider = attempt.target().provider();
    try {
      OutboundRequest request =
          AttemptEncoder.encode(
              call, attempt.target(), attempt.reservation(), credential, asksUsage(provider));
      call.timeline().enter(Stage.UPSTREAM);
      call.work().waiting();
      attempt.on(parts.pool().open(provider, request, new Opening(this, call, course, attempt)));
    } catch (RuntimeException e) {
      attempt.over(null, false);
      broken(e);
    }
  }

  /**
   * Ends what is under way: no attempt follows, and the open one is settled. Its line is cut,
   * unless its answer is the call's: then the line is the relay's.
   */
  public void close() {
    over = true;
    if (timer != -1) {
      parts.vertx().cancelTimer(timer);
    }
    if (!attempts.isEmpty()) {
      Attempt last = attempts.getLast();
      last.over(null, false);
      if (last.exchange() != null && !serving) {
        last.exchange().abort();
      }
    }
  }

  void unserved(Refusal refusal) {
    if (!over) {
      over = true;
      listener.unserved(refusal);
    }
  }

  private void broken(Throwable fault) {
    if (!over) {
      over = true;
      listener.broken(fault);
    }
  }

  boolean asksUsage(ServingProvider provider) {
    return call.hidesUsage() && !parts.pool().refusesUsage(provider);
  }

  void againWithoutUsage(ServingProvider provider) {
    parts.pool().noteRefusesUsage(provider);
    again();
  }

  /**
   * After a kept connection turned out closed: once in a call, whatever the rule's retries, since
   * without a sidecar the SDK would not have met that connection.
   */
  boolean replays() {
    if (replayed) {
      return false;
    }
    replayed = true;
    again();
    return true;
  }

  /** The same target again, at once, as if the last try had not been. */
  private void again() {
    course.untried();
    start();
  }

  Exchange.Listener serving(Attempt attempt, Exchange.Head head) {
    over = true;
    serving = true;
    return listener.serving(attempt, head);
  }

  void take(Course.Step step) {
    if (course.moves(step)) {
      start();
      return;
    }
    call.work().waiting();
    timer =
        parts
            .vertx()
            .setTimer(
                Math.max(1, step.delay().toMillis()),
                fired -> {
                  timer = -1;
                  call.work().working();
                  start();
                });
  }
}
