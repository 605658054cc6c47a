package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;

/** The owner of a pod that a person knows: the pod itself where it has no controller. */
record Workload(String kind, String name) {
  private static final String HASH_LABEL = "pod-template-hash";

  static Workload of(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String hash = labels == null ? null : labels.get(HASH_LABEL);
    return controller(pod)
        .map(reference -> of(reference, hash))
        .orElseGet(() -> new Workload("Pod", pod.getMetadata().getName()));
  }

  static Optional<OwnerReference> controller(Pod pod) {
    return pod.getMetadata().getOwnerReferences().stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .findFirst();
  }

  /** A Deployment calls its ReplicaSets by its own name and the hash that its pods carry. */
  private static Workload of(OwnerReference reference, String hash) {
    String name = reference.getName();
    if ("ReplicaSet".equals(reference.getKind()) && hash != null && name.endsWith("-" + hash)) {
      return new Workload("Deployment", name.substring(0, name.length() - hash.length() - 1));
    }
    return new Workload(reference.getKind(), name);
  }

  static ObjectReference reference(
      String apiVersion, String kind, String namespace, String name, String uid) {
    return new ObjectReferenceBuilder()
        .withApiVersion(apiVersion)
        .withKind(kind)
        .withNamespace(namespace)
        .withName(name)
        .withUid(uid)
        .build();
  }

  /** How its pods are made anew, in words for a person. */
  String restart(String namespace) {
    return switch (kind) {
      case "Deployment", "StatefulSet", "DaemonSet" ->
          "kubectl rollout restart %s/%s --namespace %s"
              .formatted(kind.toLowerCase(java.util.Locale.ROOT), name, namespace);
      case "Job" -> "delete Job " + name + " and create it again, if it still matters";
      case "Pod" -> "delete the pod and create it again";
      default -> "have " + kind + " " + name + " create its pods again";
    };
  }
}
