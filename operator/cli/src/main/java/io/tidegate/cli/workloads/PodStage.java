package io.tidegate.cli.workloads;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * ReplicaSets, StatefulSets and Jobs become pods: missing ones are created, surplus and outdated
 * ones deleted. A Job's pod is created once.
 */
final class PodStage {
  private final KubernetesClient client;

  PodStage(KubernetesClient client) {
    this.client = client;
  }

  void reconcile() {
    List<Pod> pods = client.pods().inAnyNamespace().list().getItems();
    for (ReplicaSet set : client.apps().replicaSets().inAnyNamespace().list().getItems()) {
      replicas(set, Owned.by(set, pods));
    }
    for (StatefulSet set : client.apps().statefulSets().inAnyNamespace().list().getItems()) {
      ordinals(set, Owned.by(set, pods));
    }
    for (Job job : client.batch().v1().jobs().inAnyNamespace().list().getItems()) {
      if (Owned.by(job, pods).isEmpty()) {
        create(
            job, "", job.getSpec().getTemplate(), Map.of("job-name", job.getMetadata().getName()));
      }
    }
  }

  private void replicas(ReplicaSet set, List<Pod> own) {
    int wanted = set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    for (int i = own.size(); i < wanted; i++) {
      create(set, "", set.getSpec().getTemplate(), Map.of());
    }
    own.stream().skip(wanted).forEach(this::delete);
    ReplicaSetStatus status =
        new ReplicaSetStatusBuilder()
            .withReplicas(wanted)
            .withReadyReplicas(Owned.ready(own))
            .withObservedGeneration(set.getMetadata().getGeneration())
            .build();
    if (!status.equals(set.getStatus())) {
      set.setStatus(status);
      client.resource(set).updateStatus();
    }
  }

  private void ordinals(StatefulSet set, List<Pod> own) {
    int wanted = set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    String revision = TemplateHash.of(set.getSpec().getTemplate());
    List<String> names =
        java.util.stream.IntStream.range(0, wanted)
            .mapToObj(i -> set.getMetadata().getName() + "-" + i)
            .toList();
    for (Pod pod : own) {
      boolean current = revision.equals(pod.getMetadata().getLabels().get(TemplateHash.REVISION));
      if (!current || !names.contains(pod.getMetadata().getName())) {
        delete(pod);
      }
    }
    StatefulSetStatus status =
        new StatefulSetStatusBuilder()
            .withReplicas(wanted)
            .withReadyReplicas(Owned.ready(own))
            .withObservedGeneration(set.getMetadata().getGeneration())
            .build();
    if (!status.equals(set.getStatus())) {
      set.setStatus(status);
      client.resource(set).updateStatus();
    }
    for (String name : names) {
      if (own.stream().noneMatch(p -> p.getMetadata().getName().equals(name))) {
        create(set, name, set.getSpec().getTemplate(), Map.of(TemplateHash.REVISION, revision));
      }
    }
  }

  private void create(
      HasMetadata owner, String name, PodTemplateSpec template, Map<String, String> labels) {
    boolean generated = name.isEmpty();
    Pod pod =
        new PodBuilder()
            .withNewMetadataLike(
                Objects.requireNonNullElseGet(
                    template.getMetadata(), io.fabric8.kubernetes.api.model.ObjectMeta::new))
            .withName(generated ? null : name)
            .withGenerateName(generated ? owner.getMetadata().getName() + "-" : null)
            .withNamespace(owner.getMetadata().getNamespace())
            .addToLabels(labels)
            .withOwnerReferences(Owned.reference(owner))
            .endMetadata()
            .withSpec(template.getSpec())
            .editSpec()
            .withServiceAccountName(account(template))
            .endSpec()
            .build();
    client.pods().inNamespace(owner.getMetadata().getNamespace()).resource(pod).create();
  }

  /** As an API server's admission says it, which may be switched off there. */
  private static String account(PodTemplateSpec template) {
    String written = template.getSpec().getServiceAccountName();
    return written == null || written.isEmpty() ? "default" : written;
  }

  private void delete(Pod pod) {
    client.resource(pod).withGracePeriod(0).delete();
  }
}
