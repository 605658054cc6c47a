package io.tidegate.sidecar.policy;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.SnapshotRefused;
import java.util.ArrayList;
import java.util.List;

/**
 * What must hold between the objects of a snapshot, so that no decision can meet a missing piece.
 */
final class PolicyCheck {
  private PolicyCheck() {}

  static void check(Policy policy) throws SnapshotRefused {
    for (Route route : policy.routes()) {
      for (Route.Rule rule : route.rules()) {
        check(policy, route, rule);
      }
    }
    for (ObjectRef provider : policy.profile().unmatched().providers()) {
      if (policy.provider(provider) == null) {
        throw new SnapshotRefused(
            policy.profile().object(),
            policy.profile().object() + ": spec.unmatched names " + provider + ", not in here");
      }
    }
  }

  private static void check(Policy policy, Route route, Route.Rule rule) throws SnapshotRefused {
    String at = route.object() + ": spec.rules[" + rule.name() + "]";
    List<Route.Target> targets = new ArrayList<>(rule.targets());
    if (rule.fallback() != null) {
      targets.addAll(rule.fallback().targets());
    }
    if (rule.targets().isEmpty()) {
      throw new SnapshotRefused(route.object(), at + ".targets is empty");
    }
    for (Route.Target target : targets) {
      ServingProvider provider = policy.provider(target.provider());
      if (provider == null) {
        throw new SnapshotRefused(
            route.object(), at + " names " + target.provider() + ", which the snapshot lacks");
      }
      if (provider.model(target.model()) == null) {
        throw new SnapshotRefused(
            route.object(),
            at + " names model '" + target.model() + "', which " + target.provider() + " lacks");
      }
    }
    if (rule.select() == Route.Select.Weighted
        && rule.targets().stream().mapToLong(Route.Target::weight).sum() <= 0) {
      throw new SnapshotRefused(route.object(), at + ": all weights are zero");
    }
    if (rule.prompt() != null && policy.prompt(rule.prompt().promptVersion()) == null) {
      throw new SnapshotRefused(
          route.object(),
          at + " names " + rule.prompt().promptVersion() + ", which the snapshot lacks");
    }
  }
}
