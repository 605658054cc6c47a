package io.tidegate.cli.workloads;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * ReplicaSets and pods go when their owner is gone: an API server by itself leaves them to the
 * garbage collector, which is a controller too.
 */
final class OrphanStage {
  private static final Set<String> OWNERS =
      Set.of("Deployment", "ReplicaSet", "StatefulSet", "Job");

  private final KubernetesClient client;

  OrphanStage(KubernetesClient client) {
    this.client = client;
  }

  void reconcile() {
    // Listed before their owners: what is new since has an owner that is not looked at here.
    List<Pod> pods = client.pods().inAnyNamespace().list().getItems();
    List<ReplicaSet> sets = client.apps().replicaSets().inAnyNamespace().list().getItems();
    Set<String> owners = new HashSet<>();
    Stream.of(
            client.apps().deployments().inAnyNamespace().list().getItems(),
            client.apps().replicaSets().inAnyNamespace().list().getItems(),
            client.apps().statefulSets().inAnyNamespace().list().getItems(),
            client.batch().v1().jobs().inAnyNamespace().list().getItems())
        .flatMap(List::stream)
        .forEach(owner -> owners.add(owner.getMetadata().getUid()));
    Stream.concat(sets.stream(), pods.stream())
        .filter(object -> isOrphan(object, owners))
        .forEach(object -> client.resource(object).withGracePeriod(0).delete());
  }

  private static boolean isOrphan(HasMetadata object, Set<String> owners) {
    List<OwnerReference> references = object.getMetadata().getOwnerReferences();
    return !references.isEmpty()
        && references.stream()
            .allMatch(r -> OWNERS.contains(r.getKind()) && !owners.contains(r.getUid()));
  }
}
