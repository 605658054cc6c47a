package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.budget.Admission;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Stage;
import io.tidegate.sidecar.config.Route.FailureKind;
import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.route.PlannedTarget;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
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
  private final Backoff backoff;
  private final List<Attempt> attempts = new ArrayList<>(1);
  private int at;
  private int tries;
  private long timer = -1;
  private boolean over;

  Dispatch(Dispatcher parts, Outbound call, Listener listener) {
    this.parts = parts;
    this.call = call;
    this.listener = listener;
    this.backoff = new Backoff(parts.clock(), parts.random());
  }

  /** In the order in which they were made. */
  public List<Attempt> attempts() {
    return Collections.unmodifiableList(attempts);
  }

  public void start() {
    PlannedTarget target = call.plan().attempts().get(at);
    String credential = null;
    String name = target.provider().config().credential();
    if (name != null) {
      credential = parts.credentials().apply(name);
      if (!UpstreamRefusal.usable(credential)) {
        unserved(UpstreamRefusal.noCredential(target.provider()));
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
    tries++;
    try {
      OutboundRequest request =
          AttemptEncoder.encode(call, attempt.target(), attempt.reservation(), credential);
      call.timeline().enter(Stage.UPSTREAM);
      call.work().waiting();
      attempt.on(parts.pool().open(attempt.target().provider(), request, new Waiting(attempt)));
    } catch (RuntimeException e) {
      attempt.over(null, false);
      broken(e);
    }
  }

  /** Ends what is under way: no attempt follows, and the open one is settled and its line cut. */
  public void close() {
    over = true;
    if (timer != -1) {
      parts.vertx().cancelTimer(timer);
    }
    if (!attempts.isEmpty()) {
      Attempt last = attempts.getLast();
      last.over(null, false);
      if (last.exchange() != null) {
        last.exchange().abort();
      }
    }
  }

  private void unserved(Refusal refusal) {
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

  /** What follows a failure; null: nothing. */
  private Step stepAfter(FailureKind kind, MultiMap answer) {
    Duration wait = backoff.before(call.plan().retry(), tries, answer);
    if (wait != null) {
      return new Step(at, wait);
    }
    boolean another = at + 1 < call.plan().attempts().size();
    return another && call.plan().fallbackOn().contains(kind) ? new Step(at + 1, null) : null;
  }

  /** Whether a break before the first byte would be followed by another attempt. */
  private boolean mayGoOn() {
    return stepAfter(FailureKind.Unreachable, null) != null
        || stepAfter(FailureKind.Timeout, null) != null;
  }

  private void take(Step step) {
    if (step.target() != at) {
      at = step.target();
      tries = 0;
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

  /**
   * @param target index in the plan
   * @param delay null: go on at once
   */
  private record Step(int target, Duration delay) {}

  /** Follows one attempt until it serves or fails. */
  private final class Waiting implements Exchange.Listener {
    private final Attempt attempt;
    private Exchange.Head held;

    private Waiting(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void head(Exchange.Head head) {
      call.work().working();
      attempt.answered(head);
      FailureKind kind = Failures.ofStatus(head.status());
      Step step = kind == null ? null : stepAfter(kind, head.headers());
      if (step != null) {
        attempt.over(null, false);
        attempt.exchange().discard();
        take(step);
      } else if (head.isSuccess() && mayGoOn()) {
        held = head;
        call.work().waiting();
      } else {
        serve(head);
      }
    }

    @Override
    public void bytes(Buffer bytes) {
      call.work().working();
      serve(held).bytes(bytes);
    }

    @Override
    public void end() {
      call.work().working();
      serve(held).end();
    }

    private Exchange.Listener serve(Exchange.Head head) {
      over = true;
      Exchange.Listener relay = listener.serving(attempt, head);
      attempt.exchange().listener(relay);
      return relay;
    }

    @Override
    public void failed(Exchange.Failure failure) {
      call.work().working();
      attempt.over(null, false);
      Step step = stepAfter(Failures.of(failure.what()), null);
      ServingProvider provider = attempt.target().provider();
      if (step != null) {
        take(step);
      } else {
        Reason reason =
            failure.what().isTimeout() ? Reason.UPSTREAM_TIMEOUT : Reason.UPSTREAM_UNREACHABLE;
        unserved(UpstreamRefusal.of(reason, provider, failure, attempts.size()));
      }
    }
  }
}
