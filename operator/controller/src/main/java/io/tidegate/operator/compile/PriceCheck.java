package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds models without a price that a usd limit may count. Which calls it counts is known only when
 * they come, so the sidecar refuses them then; here both owners learn of it beforehand.
 */
final class PriceCheck {
  private final FindingLog findings;
  private final Set<List<Object>> seen = new HashSet<>();

  PriceCheck(FindingLog findings) {
    this.findings = findings;
  }

  void check(SnapshotAssembler.Parts parts) {
    for (CompiledBudget budget : parts.budgets()) {
      List<String> limits = budget.usdLimits();
      if (!limits.isEmpty()) {
        parts.routes().forEach(route -> check(budget, limits, route));
      }
    }
  }

  private void check(CompiledBudget budget, List<String> limits, CompiledRoute route) {
    if (!seen.add(List.of(budget.object(), route.object()))) {
      return;
    }
    for (CompiledProvider provider : route.providers()) {
      for (String model : unpricedTargets(route, provider)) {
        String counted = budget.budget().subject().model();
        if (counted == null || counted.equals(model)) {
          report(budget.object(), limits, route.object(), provider.object(), model);
        }
      }
    }
  }

  private static List<String> unpricedTargets(CompiledRoute route, CompiledProvider provider) {
    Set<String> models = new HashSet<>();
    for (Route.Rule rule : route.route().rules()) {
      List<Route.Target> targets = new ArrayList<>(rule.targets());
      if (rule.fallback() != null) {
        targets.addAll(rule.fallback().targets());
      }
      for (Route.Target target : targets) {
        if (target.provider().equals(provider.object())
            && provider.model(target.model()).price() == null) {
          models.add(target.model());
        }
      }
    }
    return models.stream().sorted().toList();
  }

  private void report(
      ObjectRef budget, List<String> limits, ObjectRef route, ObjectRef provider, String model) {
    String unpriced = "model '" + model + "' of " + provider;
    findings.add(
        budget,
        Reason.ModelWithoutPrice,
        "spec.limits[" + limits.getFirst() + "].usd",
        "counts money, and " + unpriced + " in " + route + " has no price");
    findings.add(
        route,
        Reason.ModelWithoutPrice,
        "spec.rules",
        "names " + unpriced + ", which has no price, while " + budget + " counts money");
  }
}
