package io.tidegate.sidecar.route;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import java.util.List;

/**
 * How a call is served.
 *
 * @param route the ModelRoute, or the SidecarProfile under {@code passThrough}; null for built-in
 *     defaults
 * @param rule the rule's name; {@code unmatched} under {@code passThrough}
 * @param attempts in order, at least one, all of the caller's dialect
 * @param fallbackOn failures that lead to the next target
 * @param retry null: none
 * @param limits null: none
 * @param prompt null: none
 * @param passThrough whether no route claimed the call and the profile lets it through
 */
public record Plan(
    ObjectRef route,
    String rule,
    List<PlannedTarget> attempts,
    List<Route.FailureKind> fallbackOn,
    Route.Retry retry,
    Route.Limits limits,
    Route.PromptUse prompt,
    boolean passThrough) {
  public Plan {
    attempts = List.copyOf(attempts);
    fallbackOn = List.copyOf(fallbackOn);
  }
}
