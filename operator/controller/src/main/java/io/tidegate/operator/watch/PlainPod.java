package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.operator.admit.Eligibility;
import io.tidegate.operator.compile.PodView.Phase;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the operator keeps of a pod that has no sidecar.
 *
 * @param controller null: none
 * @param over it has ended, or is being deleted
 */
public record PlainPod(
    String namespace,
    String name,
    String uid,
    Controller controller,
    Workload workload,
    Eligibility eligibility,
    boolean over) {
  private static final Set<Phase> OVER = EnumSet.of(Phase.Completed, Phase.Terminating);

  /** What created the pod. */
  record Controller(String apiVersion, String kind, String name, String uid) {
    static Controller of(OwnerReference owner) {
      return new Controller(
          owner.getApiVersion(), owner.getKind(), owner.getName(), owner.getUid());
    }
  }

  static PlainPod of(Pod pod, String operatorNamespace) {
    String namespace = pod.getMetadata().getNamespace();
    return new PlainPod(
        namespace,
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        Workload.controller(pod).map(Controller::of).orElse(null),
        Workload.of(pod),
        Eligibility.of(pod, namespace, operatorNamespace),
        OVER.contains(InjectedPod.phase(pod)));
  }

  public ObjectReference reference() {
    return Workload.reference("v1", "Pod", namespace, name, uid);
  }

  public Optional<ObjectReference> controllerReference() {
    return Optional.ofNullable(controller)
        .map(c -> Workload.reference(c.apiVersion(), c.kind(), namespace, c.name(), c.uid()));
  }

  /** What to do to have the pod made anew. */
  public String restart() {
    return workload.restart(namespace);
  }
}
