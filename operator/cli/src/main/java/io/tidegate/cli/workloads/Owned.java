package io.tidegate.cli.workloads;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.List;

/** Who owns whom, by controller reference. */
final class Owned {
  private Owned() {}

  static OwnerReference reference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  static <T extends HasMetadata> List<T> by(HasMetadata owner, Collection<T> all) {
    return all.stream().filter(o -> isOwnedBy(o, owner)).toList();
  }

  static boolean isOwnedBy(HasMetadata object, HasMetadata owner) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(r -> r.getUid().equals(owner.getMetadata().getUid()));
  }

  static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  static int ready(Collection<Pod> pods) {
    return (int) pods.stream().filter(Owned::isReady).count();
  }
}
