package io.tidegate.sidecar.route;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ServingProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Which targets serve a call. Routes are asked in the policy's order; the first rule that matches,
 * in the first route that claims the call and has one, decides. A route without {@code models}
 * claims the calls of its own dialect alone, so that two of them, one a dialect, stand side by
 * side; one that names the model claims it in either dialect, and refuses the wrong one.
 */
public final class RouteSelector {
  /** Of what stands before all routes because a pod's profile cannot be used. */
  private static final String PROFILE = "SidecarProfile";

  private RouteSelector() {}

  /**
   * @param random01 at least 0 and below 1, drawn for this call: decides between weighted targets
   */
  public static Selection select(
      Policy policy, Dialect dialect, Task task, String requestedModel, double random01) {
    Refusal otherDialect = null;
    for (Route route : policy.routes()) {
      if (!route.models().isEmpty() && !route.models().contains(requestedModel)) {
        continue;
      }
      if (route.heldBack() != null) {
        return new Selection.Refused(
            Refusal.by(Reason.ROUTE_HELD_BACK, route.object(), null, heldBack(route)));
      }
      Route.Rule rule = firstMatch(route, task, requestedModel);
      if (rule == null) {
        continue;
      }
      List<Route.Target> targets = speaking(policy, dialect, rule.targets());
      if (!targets.isEmpty()) {
        return plan(policy, dialect, route, rule, targets, random01);
      }
      Refusal mismatch = mismatch(policy, dialect, route, rule);
      if (!route.models().isEmpty() || !rule.match().models().isEmpty()) {
        return new Selection.Refused(mismatch);
      }
      otherDialect = otherDialect == null ? mismatch : otherDialect;
    }
    Selection unmatched = Unmatched.select(policy, dialect, task, requestedModel);
    return otherDialect != null && unmatched instanceof Selection.Refused
        ? new Selection.Refused(otherDialect)
        : unmatched;
  }

  /** The operator's sentence ends in the next step, the engine's in nothing. */
  private static String heldBack(Route route) {
    String why = route.object().after(route.heldBack());
    return route.object()
        + (route.object().kind().equals(PROFILE)
            ? " governs this pod and lets no call pass: "
            : " claims this call and cannot serve it: ")
        + why
        + (why.endsWith(".") ? "" : ". Mend it, as its conditions say.");
  }

  /** Null: none. */
  private static Route.Rule firstMatch(Route route, Task task, String requestedModel) {
    for (Route.Rule rule : route.rules()) {
      if (RuleMatch.matches(rule.match(), task, requestedModel)) {
        return rule;
      }
    }
    return null;
  }

  private static Selection plan(
      Policy policy,
      Dialect dialect,
      Route route,
      Route.Rule rule,
      List<Route.Target> targets,
      double random01) {
    List<Route.Target> ordered = new ArrayList<>(targets.size());
    if (rule.select() == Route.Select.Weighted) {
      ordered.add(weighted(targets, random01));
    } else {
      ordered.addAll(targets);
    }
    if (rule.fallback() != null) {
      for (Route.Target target : speaking(policy, dialect, rule.fallback().targets())) {
        if (ordered.stream().noneMatch(earlier -> same(earlier, target))) {
          ordered.add(target);
        }
      }
    }
    List<PlannedTarget> attempts = new ArrayList<>(ordered.size());
    for (Route.Target target : ordered) {
      ServingProvider provider = policy.provider(target.provider());
      attempts.add(
          new PlannedTarget(provider, provider.model(target.model()), !attempts.isEmpty()));
    }
    return new Selection.Routed(
        new Plan(
            route.object(),
            rule.name(),
            attempts,
            fallbackOn(rule),
            rule.retry(),
            rule.limits(),
            rule.prompt(),
            false));
  }

  /** Whoever lists targets in order and says nothing more wants the next one after any failure. */
  private static List<Route.FailureKind> fallbackOn(Route.Rule rule) {
    if (rule.fallback() != null) {
      return rule.fallback().when();
    }
    return rule.select() == Route.Select.Ordered
        ? List.copyOf(EnumSet.allOf(Route.FailureKind.class))
        : List.of();
  }

  private static boolean same(Route.Target a, Route.Target b) {
    return a.provider().equals(b.provider()) && a.model().equals(b.model());
  }

  private static List<Route.Target> speaking(
      Policy policy, Dialect dialect, List<Route.Target> targets) {
    List<Route.Target> speaking = new ArrayList<>(targets.size());
    for (Route.Target target : targets) {
      if (policy.provider(target.provider()).config().dialect() == dialect) {
        speaking.add(target);
      }
    }
    return speaking;
  }

  private static Route.Target weighted(List<Route.Target> targets, double random01) {
    long sum = 0;
    for (Route.Target target : targets) {
      sum += target.weight();
    }
    long point = (long) (random01 * sum);
    for (Route.Target target : targets) {
      point -= target.weight();
      if (point < 0) {
        return target;
      }
    }
    // Only where all targets of this dialect weigh nothing.
    return targets.getFirst();
  }

  private static Refusal mismatch(Policy policy, Dialect dialect, Route route, Route.Rule rule) {
    Route.Target first = rule.targets().getFirst();
    Dialect theirs = policy.provider(first.provider()).config().dialect();
    return Refusal.by(
        Reason.DIALECT_MISMATCH,
        route.object(),
        rule.name(),
        "The call speaks "
            + dialect
            + "'s dialect, and rule '"
            + rule.name()
            + "' of "
            + route.object()
            + " leads to "
            + first.provider()
            + ", which speaks "
            + theirs
            + "'s. Call it with "
            + theirs
            + "'s SDK, or add a target of the caller's dialect to spec.rules["
            + rule.name()
            + "].targets.");
  }
}
