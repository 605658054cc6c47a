package io.tidegate.sidecar;

import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.route.Plan;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** What the sidecar adds to every answer. Pure. */
final class OurHeaders {
  private OurHeaders() {}

  /**
   * @param policy null: none yet
   * @param plan null: no route was found, or none was looked for
   */
  static MultiMap of(String callId, Policy policy, Plan plan) {
    return HttpHeaders.headers()
        .add("x-tidegate-call-id", callId)
        .add("x-tidegate-config-version", policy == null ? "none" : policy.version())
        .add("x-tidegate-route", route(plan));
  }

  /** {@code namespace/name/rule}, {@code unmatched}, or {@code none}. */
  private static String route(Plan plan) {
    if (plan == null) {
      return "none";
    }
    if (plan.passThrough() || plan.route() == null) {
      return "unmatched";
    }
    return plan.route().namespace() + "/" + plan.route().name() + "/" + plan.rule();
  }
}
