package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.operator.admit.InjectionNames;
import io.tidegate.operator.compile.PodView;
import io.tidegate.operator.compile.PodView.Phase;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.trust.PodTrust;
import io.tidegate.operator.trust.Trust;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator keeps of a pod that has a sidecar.
 *
 * @param trust whether the pod's shape allows it to have credentials
 */
public record InjectedPod(PodView view, Trust trust) {
  private static final String HASH_LABEL = "pod-template-hash";

  public static InjectedPod of(Pod pod) {
    ObjectMeta metadata = pod.getMetadata();
    Map<String, String> labels = metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    String account = pod.getSpec().getServiceAccountName();
    Owner owner = Owner.of(pod, labels.get(HASH_LABEL));
    Phase phase = phase(pod);
    PodView view =
        new PodView(
            metadata.getUid(),
            metadata.getNamespace(),
            metadata.getName(),
            labels,
            account == null || account.isEmpty() ? "default" : account,
            owner.kind(),
            owner.name(),
            phase,
            phase == Phase.Running ? runningSince(pod) : null);
    return new InjectedPod(view, PodTrust.judge(pod));
  }

  public ObjectKey key() {
    return new ObjectKey(view.namespace(), view.name());
  }

  public String uid() {
    return view.uid();
  }

  public String namespace() {
    return view.namespace();
  }

  public String serviceAccount() {
    return view.serviceAccount();
  }

  private static Phase phase(Pod pod) {
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
      return Phase.Completed;
    }
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return Phase.Terminating;
    }
    return "Running".equals(phase) ? Phase.Running : Phase.Pending;
  }

  /** The sidecar's own start; the pod's where the kubelet does not say it. */
  private static Instant runningSince(Pod pod) {
    Optional<ContainerStatus> sidecar =
        pod.getStatus().getInitContainerStatuses().stream()
            .filter(status -> InjectionNames.CONTAINER.equals(status.getName()))
            .findFirst();
    if (sidecar.isEmpty()) {
      return instant(pod.getStatus().getStartTime());
    }
    var state = sidecar.get().getState();
    return state == null || state.getRunning() == null
        ? null
        : instant(state.getRunning().getStartedAt());
  }

  private static Instant instant(String time) {
    return time == null || time.isEmpty() ? null : Instant.parse(time);
  }

  /** The owner that a person knows. */
  private record Owner(String kind, String name) {
    static Owner of(Pod pod, String templateHash) {
      return pod.getMetadata().getOwnerReferences().stream()
          .filter(reference -> Boolean.TRUE.equals(reference.getController()))
          .findFirst()
          .map(reference -> of(reference, templateHash))
          .orElseGet(() -> new Owner("Pod", pod.getMetadata().getName()));
    }

    /** A Deployment calls its ReplicaSets by its own name and the hash that its pods carry. */
    private static Owner of(OwnerReference reference, String hash) {
      String name = reference.getName();
      if ("ReplicaSet".equals(reference.getKind()) && hash != null && name.endsWith("-" + hash)) {
        return new Owner("Deployment", name.substring(0, name.length() - hash.length() - 1));
      }
      return new Owner(reference.getKind(), name);
    }
  }
}
