package io.tidegate.operator.compile;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds routes that no call can reach: an earlier route claims every model that they claim, in the
 * same workloads, and has a rule for every call.
 */
final class Precedence {
  private final FindingLog findings;

  Precedence(FindingLog findings) {
    this.findings = findings;
  }

  /**
   * @param ordered the routes that govern the namespace, in order of precedence
   */
  void report(String namespace, List<CompiledRoute> ordered) {
    List<CompiledRoute> deciding = new ArrayList<>();
    for (CompiledRoute route : ordered) {
      if (route.object().namespace().equals(namespace)) {
        deciding.stream()
            .filter(earlier -> shadows(earlier, route))
            .findFirst()
            .ifPresent(winner -> overridden(route, winner));
      }
      if (route.dialect() != null && route.decidesAll()) {
        deciding.add(route);
      }
    }
  }

  /** A cluster route that was selected for this namespace governs all of it. */
  private static boolean shadows(CompiledRoute earlier, CompiledRoute route) {
    boolean sameOwner = earlier.object().namespace().equals(route.object().namespace());
    return sameOwner ? earlier.claimsAllOf(route) : earlier.everywhere().claimsAllOf(route);
  }

  private void overridden(CompiledRoute loser, CompiledRoute winner) {
    findings.add(
        loser.object(),
        Reason.Overridden,
        "spec.priority",
        "leaves it no call: "
            + winner.object()
            + " (priority "
            + winner.priority()
            + (loser.priority() == winner.priority() ? ", as this one" : "")
            + ") comes first and decides every call that this route claims");
  }
}
