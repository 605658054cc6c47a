package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.operator.events.PodsToCome;
import java.util.Optional;

/**
 * Who is told about the pod of one request.
 *
 * @param reportOn the pod's controller, else the pod
 * @param pod has no uid yet; empty if it has no name either
 * @param dryRun nothing may be written outside the answer
 */
record AdmissionSubject(
    Optional<ObjectReference> reportOn, Optional<ObjectReference> pod, boolean dryRun) {

  static AdmissionSubject of(String namespace, Pod pod, boolean dryRun) {
    ObjectMeta metadata = pod.getMetadata() == null ? new ObjectMeta() : pod.getMetadata();
    Optional<ObjectReference> own = name(metadata).map(name -> pod(namespace, name));
    Optional<ObjectReference> target =
        metadata.getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()))
            .findFirst()
            .map(owner -> reference(namespace, owner))
            .or(() -> own);
    return new AdmissionSubject(target, own, dryRun);
  }

  private static Optional<String> name(ObjectMeta metadata) {
    return metadata.getName() == null
        ? Optional.ofNullable(metadata.getGenerateName()).map(PodsToCome::generated)
        : Optional.of(metadata.getName());
  }

  private static ObjectReference reference(String namespace, OwnerReference owner) {
    return new ObjectReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withNamespace(namespace)
        .withName(owner.getName())
        .withUid(owner.getUid())
        .build();
  }

  private static ObjectReference pod(String namespace, String name) {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("Pod")
        .withNamespace(namespace)
        .withName(name)
        .build();
  }
}
