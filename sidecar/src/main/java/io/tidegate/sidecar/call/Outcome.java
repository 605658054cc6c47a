package io.tidegate.sidecar.call;

/** How a call ended; every call ends in exactly one of them. */
public enum Outcome {
  /** The provider's answer, whatever its status, reached the client whole. */
  COMPLETED,
  /** Refused here. */
  REFUSED,
  /** No target answered, or the answer broke off. */
  UPSTREAM_FAILED,
  /** The client closed before the end. */
  CLIENT_GONE,
  /** The total or idle time ran out. */
  TIMED_OUT
}
