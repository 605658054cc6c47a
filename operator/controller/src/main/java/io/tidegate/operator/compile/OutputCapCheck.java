package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Finds models whose output nothing bounds under a limit of money or tokens. A call for one that
 * states no bound itself holds all that is left of the limit until it ends, and other calls are
 * refused meanwhile: correct, and seldom what anybody wants.
 */
final class OutputCapCheck {
  private final Map<Uncapped, Finding> found = new HashMap<>();

  /** Told once, however many routes lead there. */
  record Uncapped(ObjectRef budget, ObjectRef provider, String model) {}

  /** Of several routes to the same the first by name is told. */
  Map<Uncapped, Finding> uncapped() {
    return found;
  }

  void check(SnapshotAssembler.Parts parts) {
    for (CompiledBudget budget : parts.budgets()) {
      String limit = tokenLimit(budget);
      if (limit != null) {
        parts.routes().forEach(route -> check(budget, limit, route));
      }
    }
  }

  /** Name of the first limit that counts output; null: none does. */
  private static String tokenLimit(CompiledBudget budget) {
    return budget.budget().limits().stream()
        .filter(each -> each.unit() == Budget.Unit.Usd || each.unit() == Budget.Unit.Tokens)
        .map(Budget.Limit::name)
        .findFirst()
        .orElse(null);
  }

  private void check(CompiledBudget budget, String limit, CompiledRoute route) {
    String counted = budget.budget().subject().model();
    uncapped(route)
        .filter(target -> counted == null || counted.equals(target.model()))
        .forEach(
            target ->
                found.merge(
                    new Uncapped(budget.object(), target.provider(), target.model()),
                    finding(budget, limit, route, target),
                    Finding::lesser));
  }

  private static Finding finding(
      CompiledBudget budget, String limit, CompiledRoute route, Route.Target target) {
    return Finding.of(
        budget.object(),
        Reason.ModelWithoutOutputCap,
        "spec.limits[" + limit + "]",
        "counts output, and nothing bounds that of model '"
            + target.model()
            + "' of "
            + target.provider()
            + " in "
            + route.object()
            + ": a call that states no bound itself holds all that is left until it"
            + " ends");
  }

  private static Stream<Route.Target> uncapped(CompiledRoute route) {
    return route.route().rules().stream()
        .filter(rule -> !isCapped(rule, route))
        .flatMap(OutputCapCheck::targets)
        .filter(target -> cap(route, target) == null);
  }

  /** Null: none. */
  private static Integer cap(CompiledRoute route, Route.Target target) {
    return route.providers().stream()
        .filter(provider -> provider.object().equals(target.provider()))
        .map(provider -> provider.model(target.model()).maxOutputTokens())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static boolean isCapped(Route.Rule rule, CompiledRoute route) {
    boolean byRule = rule.limits() != null && rule.limits().maxOutputTokens() != null;
    return byRule
        || rule.prompt() != null
            && route.prompts().stream()
                .anyMatch(
                    prompt ->
                        prompt.object().equals(rule.prompt().promptVersion())
                            && prompt.prompt() != null
                            && prompt.prompt().maxOutputTokens() != null);
  }

  private static Stream<Route.Target> targets(Route.Rule rule) {
    return rule.fallback() == null
        ? rule.targets().stream()
        : Stream.concat(rule.targets().stream(), rule.fallback().targets().stream());
  }
}
