package io.tidegate.sidecar;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Stage;
import io.tidegate.sidecar.call.Timeline;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.record.CallEvent;
import io.tidegate.sidecar.record.CallEventBuilder;
import io.tidegate.sidecar.route.PlannedTarget;
import io.tidegate.sidecar.upstream.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The event of a call that is over. Pure. */
final class CallReport {
  private CallReport() {}

  static CallEvent of(LiveCall call, Outcome outcome, Instant now) {
    CallEventBuilder event = CallEvent.builder(call.id(), call.asked().operation());
    if (call.policy() != null) {
      event.configuration(call.policy().version(), call.policy().snapshot().workload());
    }
    if (call.request() != null) {
      event.asked(call.request().model(), call.request().stream());
    } else {
      event.asked(call.asked().model(), false);
    }
    event.task(call.task()).decision(decision(call, outcome));
    List<Attempt> attempts = call.dispatched() == null ? List.of() : call.dispatched().attempts();
    if (call.plan() != null) {
      event.served(served(call, target(call, attempts)));
    }
    if (!attempts.isEmpty()) {
      Attempt last = attempts.getLast();
      event.usage(last.charge().source(), call.relay() == null ? null : call.relay().usage());
      event.attempts(attempts.size(), last.target().fallback());
    }
    event.timings(timings(call, !attempts.isEmpty()));
    event.budget(budget(call.refusal(), attempts)).cost(cost(attempts)).status(call.status());
    return event.build(now, outcome);
  }

  private static CallEvent.Decision decision(LiveCall call, Outcome outcome) {
    if (call.refusal() != null && outcome == Outcome.REFUSED) {
      return CallEvent.Decision.refused(call.refusal());
    }
    if (call.plan() == null && call.refusal() != null) {
      return CallEvent.Decision.refused(call.refusal());
    }
    if (call.plan() == null) {
      return CallEvent.Decision.NONE;
    }
    return new CallEvent.Decision(
        true,
        call.plan().route(),
        call.plan().rule(),
        call.refusal() == null ? null : call.refusal().reason());
  }

  /** Of the last attempt, or of the one that was refused; null: it did not come to an attempt. */
  private static PlannedTarget target(LiveCall call, List<Attempt> attempts) {
    if (!attempts.isEmpty()) {
      return attempts.getLast().target();
    }
    return call.dispatched() == null ? null : call.dispatched().target();
  }

  private static CallEvent.Served served(LiveCall call, PlannedTarget target) {
    boolean configured = target != null && target.model() != null;
    return new CallEvent.Served(
        target == null ? null : target.provider().object(),
        target == null ? null : target.provider().config().type(),
        target == null
            ? null
            : configured ? target.model().config().name() : call.request().model(),
        configured,
        call.plan().passThrough() ? null : call.plan().route(),
        call.plan().rule(),
        call.plan().prompt() == null
            ? null
            : call.policy().prompt(call.plan().prompt().promptVersion()));
  }

  private static CallEvent.BudgetUse budget(Refusal refusal, List<Attempt> attempts) {
    CallEvent.BudgetUse use = CallEvent.BudgetUse.NONE;
    if (refusal != null && CallEvent.isBudget(refusal.object())) {
      use = use.plus(List.of(refusal.object()), Money.ZERO, Money.ZERO);
    }
    for (Attempt attempt : attempts) {
      use =
          use.plus(
              attempt.reservation().budgets(),
              attempt.reservation().money(),
              attempt.charge().money());
    }
    return use;
  }

  private static Money cost(List<Attempt> attempts) {
    Money sum = Money.ZERO;
    for (Attempt attempt : attempts) {
      if (attempt.target().model() == null || attempt.target().model().price() == null) {
        return null;
      }
      sum = sum.plus(attempt.charge().money());
    }
    return sum;
  }

  private static CallEvent.Timings timings(LiveCall call, boolean attempted) {
    Timeline at = call.timeline();
    return new CallEvent.Timings(
        between(at, Stage.LISTEN, Stage.END),
        attempted ? between(at, Stage.BUDGET, Stage.END) : null,
        between(at, Stage.UPSTREAM, Stage.FIRST_TOKEN),
        Duration.ofNanos(call.work().nanos()));
  }

  private static Duration between(Timeline at, Stage from, Stage to) {
    long nanos = at.between(from, to);
    return nanos < 0 ? null : Duration.ofNanos(nanos);
  }
}
