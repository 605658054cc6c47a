package io.tidegate.sidecar.route;

import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Route;
import java.util.List;

/**
 * Whether a rule's match holds. The three fields that take one of a few words compare without case,
 * so that {@code confidential} does not slip past a rule about {@code Confidential}; names compare
 * exactly.
 */
final class RuleMatch {
  private RuleMatch() {}

  static boolean matches(Route.Match match, Task task, String model) {
    return exactly(match.tenants(), task.tenant())
        && exactly(match.users(), task.user())
        && exactly(match.workflows(), task.workflow())
        && word(match.sensitivities(), task.sensitivity())
        && word(match.latencyClasses(), task.latencyClass())
        && word(match.budgetClasses(), task.budgetClass())
        && exactly(match.models(), model);
  }

  private static boolean exactly(List<String> wanted, String value) {
    return wanted.isEmpty() || value != null && wanted.contains(value);
  }

  private static boolean word(List<String> wanted, String value) {
    return wanted.isEmpty() || value != null && wanted.stream().anyMatch(value::equalsIgnoreCase);
  }
}
