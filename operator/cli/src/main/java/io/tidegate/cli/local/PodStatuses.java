package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.List;

/** Writes what a kubelet would say of a pod: its address, running, ready or not. */
final class PodStatuses {
  private final KubernetesClient client;
  private final InstantSource clock;

  PodStatuses(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Sets the status of a pod; one that is gone meanwhile is left alone. */
  void set(Pod pod, String address, boolean ready) {
    var stored =
        client
            .pods()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getMetadata().getName());
    Pod current = stored.get();
    if (current == null || !current.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
      return;
    }
    stored.editStatus(p -> with(p, address, ready));
  }

  private Pod with(Pod pod, String address, boolean ready) {
    String now = clock.instant().toString();
    String yes = ready ? "True" : "False";
    List<ContainerStatus> apps =
        pod.getSpec().getContainers().stream()
            .map(c -> container(c.getName(), c.getImage(), ready))
            .toList();
    List<ContainerStatus> inits =
        pod.getSpec().getInitContainers().stream()
            .map(c -> container(c.getName(), c.getImage(), ready))
            .toList();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase("Running")
            .withHostIP("127.0.0.1")
            .withPodIP(address)
            .addNewPodIP(address)
            .withStartTime(now)
            .withInitContainerStatuses(inits)
            .withContainerStatuses(apps)
            .addNewCondition()
            .withType("Ready")
            .withStatus(yes)
            .withLastTransitionTime(now)
            .endCondition()
            .addNewCondition()
            .withType("ContainersReady")
            .withStatus(yes)
            .withLastTransitionTime(now)
            .endCondition()
            .build());
    return pod;
  }

  private static ContainerStatus container(String name, String image, boolean ready) {
    return new ContainerStatusBuilder()
        .withName(name)
        .withImage(image)
        .withImageID(image)
        .withReady(ready)
        .withStarted(ready)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .build();
  }
}
