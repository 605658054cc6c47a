package io.tidegate.sidecar.policy;

/** The providers' keys, asked before each attempt. */
public interface ProviderKeys {
  /** Null if there is none of this name. */
  String credential(String name);

  /** Why the operator took every key back; null if it did not. */
  String withdrawn();

  /** Whether the operator has said which keys this pod has, now or to an earlier process of it. */
  boolean delivered();
}
