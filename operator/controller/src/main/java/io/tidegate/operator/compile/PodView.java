package io.tidegate.operator.compile;

import java.time.Instant;
import java.util.Map;

/**
 * What is kept of one injected pod.
 *
 * @param ownerKind {@code Deployment} where the controller is a Deployment's ReplicaSet, {@code
 *     Pod} for a bare pod
 * @param ownerName the owner that a person knows; the pod's own name for a bare pod
 * @param runningSince when its sidecar container began to run; null if it does not
 */
public record PodView(
    String uid,
    String namespace,
    String name,
    Map<String, String> labels,
    String serviceAccount,
    String ownerKind,
    String ownerName,
    Phase phase,
    Instant runningSince) {
  public PodView {
    labels = Map.copyOf(labels);
  }

  /** Only {@link #Running} pods are asked for an acknowledgement. */
  public enum Phase {
    Pending,
    Running,
    Terminating,
    Completed
  }
}
