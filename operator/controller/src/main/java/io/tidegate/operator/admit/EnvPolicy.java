package io.tidegate.operator.admit;

/** What to do where a container already sets a base URL that the sidecar would set. */
public enum EnvPolicy {
  /** The container keeps its own, and is reported as bypassed. */
  IfAbsent,
  /** The sidecar's address replaces it. */
  Override,
  /** The pod is refused. */
  Refuse
}
