package io.tidegate.sidecar.call;

/** Where a call's token numbers come from. */
public enum UsageSource {
  /** The provider's own figures. */
  measured,
  /** What is known plus the undelivered part of the cap. */
  estimated,
  /** Nothing was used, or nothing is known. */
  missing
}
