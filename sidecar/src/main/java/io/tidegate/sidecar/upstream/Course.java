package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.config.Route.FailureKind;
import io.tidegate.sidecar.route.Plan;
import io.tidegate.sidecar.route.PlannedTarget;
import io.vertx.core.MultiMap;
import java.time.Duration;

/** Where a call stands in its plan, and what follows a failure. */
final class Course {
  private final Plan plan;
  private final Backoff backoff;
  private int at;
  private int tries;

  Course(Plan plan, Backoff backoff) {
    this.plan = plan;
    this.backoff = backoff;
  }

  /**
   * @param target index in the plan
   * @param delay null: go on at once
   */
  record Step(int target, Duration delay) {}

  PlannedTarget target() {
    return plan.attempts().get(at);
  }

  /** One more try on this target has been made. */
  void tried() {
    tries++;
  }

  /** A try that does not count against the rule's retries. */
  void untried() {
    tries--;
  }

  /** Whether this step leads to another target; it is the present one from now on. */
  boolean moves(Step step) {
    if (step.target() == at) {
      return false;
    }
    at = step.target();
    tries = 0;
    return true;
  }

  /**
   * @param kind null: no failure
   * @param answer headers of the failed try's answer; null if none came
   * @return null: nothing follows
   */
  Step after(FailureKind kind, MultiMap answer) {
    if (kind == null) {
      return null;
    }
    Duration wait = backoff.before(plan.retry(), tries, answer);
    if (wait != null) {
      return new Step(at, wait);
    }
    boolean another = at + 1 < plan.attempts().size();
    return another && plan.fallbackOn().contains(kind) ? new Step(at + 1, null) : null;
  }

  /** Whether one of these failures before the first byte would be followed by another attempt. */
  boolean mayGoOn(FailureKind... kinds) {
    for (FailureKind kind : kinds) {
      if (after(kind, null) != null) {
        return true;
      }
    }
    return false;
  }
}
