package io.tidegate.cli.workloads;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Deployments become ReplicaSets, one per pod template; an older one goes once the newest is ready.
 */
final class DeploymentStage {
  private final KubernetesClient client;

  DeploymentStage(KubernetesClient client) {
    this.client = client;
  }

  void reconcile() {
    List<ReplicaSet> sets = client.apps().replicaSets().inAnyNamespace().list().getItems();
    for (Deployment deployment : client.apps().deployments().inAnyNamespace().list().getItems()) {
      List<ReplicaSet> own = Owned.by(deployment, sets);
      String hash = TemplateHash.of(deployment.getSpec().getTemplate());
      String name = deployment.getMetadata().getName() + "-" + hash;
      ReplicaSet current =
          own.stream()
              .filter(s -> s.getMetadata().getName().equals(name))
              .findFirst()
              .orElseGet(() -> create(deployment, name, hash));
      scale(current, replicas(deployment));
      int ready = current.getStatus() == null ? 0 : orZero(current.getStatus().getReadyReplicas());
      if (ready >= replicas(deployment)) {
        own.stream()
            .filter(s -> !s.getMetadata().getName().equals(name))
            .forEach(s -> client.resource(s).delete());
      }
      status(deployment, ready);
    }
  }

  private ReplicaSet create(Deployment deployment, String name, String hash) {
    Map<String, String> labels =
        new HashMap<>(
            Objects.requireNonNullElse(
                deployment.getSpec().getTemplate().getMetadata().getLabels(), Map.of()));
    labels.put(TemplateHash.LABEL, hash);
    ReplicaSet set =
        new ReplicaSetBuilder()
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(name)
                    .withNamespace(deployment.getMetadata().getNamespace())
                    .withLabels(labels)
                    .withOwnerReferences(Owned.reference(deployment))
                    .build())
            .withNewSpec()
            .withReplicas(replicas(deployment))
            .withSelector(
                new LabelSelectorBuilder(deployment.getSpec().getSelector())
                    .addToMatchLabels(TemplateHash.LABEL, hash)
                    .build())
            .withNewTemplateLike(deployment.getSpec().getTemplate())
            .editMetadata()
            .withLabels(labels)
            .endMetadata()
            .endTemplate()
            .endSpec()
            .build();
    return client.resource(set).create();
  }

  private void scale(ReplicaSet set, int replicas) {
    if (orZero(set.getSpec().getReplicas()) != replicas) {
      client
          .resource(set)
          .edit(s -> new ReplicaSetBuilder(s).editSpec().withReplicas(replicas).endSpec().build());
    }
  }

  private void status(Deployment deployment, int ready) {
    DeploymentStatus status =
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas(deployment))
            .withUpdatedReplicas(replicas(deployment))
            .withReadyReplicas(ready)
            .withAvailableReplicas(ready)
            .build();
    if (!status.equals(deployment.getStatus())) {
      deployment.setStatus(status);
      client.resource(deployment).updateStatus();
    }
  }

  private static int replicas(Deployment deployment) {
    Integer wanted = deployment.getSpec().getReplicas();
    return wanted == null ? 1 : wanted;
  }

  private static int orZero(Integer number) {
    return number == null ? 0 : number;
  }
}
