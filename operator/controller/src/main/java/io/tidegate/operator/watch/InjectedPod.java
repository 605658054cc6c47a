package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
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
  public static InjectedPod of(Pod pod) {
    ObjectMeta metadata = pod.getMetadata();
    Map<String, String> labels = metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    String account = pod.getSpec().getServiceAccountName();
    Workload workload = Workload.of(pod);
    Phase phase = phase(pod);
    PodView view =
        new PodView(
            metadata.getUid(),
            metadata.getNamespace(),
            metadata.getName(),
            labels,
            account == null || account.isEmpty() ? "default" : account,
            workload.kind(),
            workload.name(),
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

  /** What an Event on it is about. */
  public ObjectReference reference() {
    return Workload.reference("v1", "Pod", view.namespace(), view.name(), view.uid());
  }

  public String namespace() {
    return view.namespace();
  }

  public String serviceAccount() {
    return view.serviceAccount();
  }

  static Phase phase(Pod pod) {
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
}
