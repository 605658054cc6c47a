package io.tidegate.operator.compile;

import java.util.Map;

/**
 * Pods that get the same configuration.
 *
 * @param workload the owner that a person knows
 * @param labels only those that a selector, a profile or a pin reads
 */
record WorkloadClass(
    String namespace, String serviceAccount, String workload, Map<String, String> labels) {

  /** Stands for the pods that a namespace does not have yet. */
  static WorkloadClass any(String namespace) {
    return new WorkloadClass(namespace, "default", "none", Map.of());
  }
}
