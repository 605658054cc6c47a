package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/**
 * The pod of one request, as far as somebody has to be told about it.
 *
 * @param reportOn the pod's controller, else the pod; empty where neither has a name yet
 * @param dryRun nothing may be written outside the answer
 */
record AdmissionSubject(
    String namespace, String pod, Optional<ObjectReference> reportOn, boolean dryRun) {

  static AdmissionSubject of(String namespace, Pod pod, boolean dryRun) {
    ObjectMeta metadata = pod.getMetadata() == null ? new ObjectMeta() : pod.getMetadata();
    String name =
        metadata.getName() == null ? metadata.getGenerateName() + "*" : metadata.getName();
    Optional<ObjectReference> target =
        metadata.getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()))
            .findFirst()
            .map(owner -> reference(namespace, owner))
            .or(() -> Optional.ofNullable(metadata.getName()).map(n -> pod(namespace, n)));
    return new AdmissionSubject(namespace, name, target, dryRun);
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
