package io.tidegate.sidecar.route;

import io.tidegate.sidecar.call.Refusal;

/** Outcome of {@link RouteSelector#select}. */
public sealed interface Selection {
  record Routed(Plan plan) implements Selection {}

  record Refused(Refusal refusal) implements Selection {}
}
