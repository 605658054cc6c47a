package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.config.Route.FailureKind;

/** What a failed attempt counts as in a route's {@code fallback.when}. Pure. */
final class Failures {
  private Failures() {}

  /** Null for an answer that is no failure of the provider, such as 400. */
  static FailureKind ofStatus(int status) {
    if (status == 429 || status == 529) {
      return FailureKind.RateLimited;
    }
    return status >= 500 ? FailureKind.ServerError : null;
  }

  static FailureKind of(Exchange.FailureCause cause) {
    return cause.isTimeout() ? FailureKind.Timeout : FailureKind.Unreachable;
  }
}
