package io.tidegate.sidecar.call;

/**
 * Why a call was refused or failed here, as a person sees it: {@code tidegate_<reason>} in the
 * error's code, in the event and in metrics.
 */
public enum Reason {
  UNKNOWN_PATH(404, "not_found"),
  METHOD_NOT_ALLOWED(405, "invalid_request"),
  MALFORMED_REQUEST(400, "invalid_request"),
  BODY_TOO_LARGE(413, "request_too_large"),
  TARGET_TOO_LONG(414, "invalid_request"),
  HEADERS_TOO_LARGE(431, "invalid_request"),
  /** Meant for another server, as by a client that takes us for a proxy. */
  MISDIRECTED(421, "invalid_request"),
  /** The client stopped in the middle of its request. */
  BODY_TIMEOUT(408, "timeout"),
  NO_CONFIGURATION(503, "unavailable"),
  NO_CREDENTIAL(503, "unavailable"),
  /** The pod is one that may have no keys, so to try again is in vain. */
  CREDENTIALS_WITHDRAWN(403, "permission"),
  TASK_FIELD_REQUIRED(400, "invalid_request"),
  TASK_FIELD_NOT_ALLOWED(400, "invalid_request"),
  NO_ROUTE(403, "permission"),
  /** The route that claims the call is broken; its condition says why. */
  ROUTE_HELD_BACK(503, "unavailable"),
  /** A budget that would count the call is broken, so its limit is not known. */
  BUDGET_HELD_BACK(503, "unavailable"),
  MODEL_NOT_FOUND(404, "not_found"),
  DIALECT_MISMATCH(400, "invalid_request"),
  INPUT_TOO_LONG(400, "invalid_request"),
  PROMPT_VARIABLE_INVALID(400, "invalid_request"),
  BUDGET_EXHAUSTED(429, "budget"),
  CONCURRENCY_EXHAUSTED(429, "rate_limit"),
  REQUEST_RATE_EXHAUSTED(429, "rate_limit"),
  UNBOUNDED_CONTENT(400, "invalid_request"),
  /** A usd limit counts the call, and its model has no price. */
  MODEL_UNPRICED(403, "permission"),
  /** Spending cannot be recorded, so nothing is spent. */
  LEDGER_UNAVAILABLE(503, "unavailable"),
  UPSTREAM_UNREACHABLE(502, "upstream"),
  UPSTREAM_TIMEOUT(504, "timeout"),
  UPSTREAM_BROKE(502, "upstream"),
  DRAINING(503, "unavailable"),
  OVERLOADED(503, "unavailable"),
  INTERNAL(500, "internal");

  private final int status;
  private final String family;

  Reason(int status, String family) {
    this.status = status;
    this.family = family;
  }

  public int status() {
    return status;
  }

  /** Groups reasons that a dialect expresses by one error type. */
  public String family() {
    return family;
  }

  /** {@code tidegate_budget_exhausted}. */
  public String code() {
    return "tidegate_" + name().toLowerCase(java.util.Locale.ROOT);
  }
}
