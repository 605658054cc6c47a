package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.cluster.Cluster;
import java.time.Instant;
import java.util.List;

/** Pods of a node that is only said to be there: this is their kubelet's word to the API server. */
final class Pods {
  private static final String NODE = "node-1";

  private final Cluster cluster;
  private final KubernetesClient admin;

  Pods(Cluster cluster, KubernetesClient admin) {
    this.cluster = cluster;
    this.admin = admin;
  }

  /** A pod as the webhook makes it, bound to a node and said to run. */
  Pod running(String namespace, String name) {
    Pod[] created = new Pod[1];
    until("the pod gets its sidecar", () -> isInjected(created, namespace, name));
    Pod pod = created[0];
    pod.getStatus().setPhase("Running");
    pod.getStatus()
        .setInitContainerStatuses(
            List.of(
                new ContainerStatusBuilder()
                    .withName("tidegate")
                    .withImage("tidegate")
                    .withImageID("tidegate")
                    .withReady(true)
                    .withRestartCount(0)
                    .withStarted(true)
                    .withState(
                        new ContainerStateBuilder()
                            .withNewRunning()
                            .withStartedAt(Instant.now().toString())
                            .endRunning()
                            .build())
                    .build()));
    return admin.resource(pod).updateStatus();
  }

  /** The webhook's configuration is read by the API server a moment after it was written. */
  private boolean isInjected(Pod[] created, String namespace, String name) {
    Pod pod = admin.resource(plain(namespace, name)).create();
    if ("true".equals(pod.getMetadata().getLabels().get("tidegate.io/injected"))) {
      created[0] = pod;
      return true;
    }
    admin.resource(pod).withGracePeriod(0).delete();
    return false;
  }

  static Pod plain(String namespace, String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(NODE)
        .withServiceAccountName("default")
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .endContainer()
        .endSpec()
        .build();
  }

  /** A token as the pod's kubelet asks for it, bound to the pod. */
  String kubeletToken(Pod pod, String audience) {
    return new Kubelet(cluster, NODE).token(pod, audience);
  }

  /** The same through a client that {@link #kubelet} gave. */
  String kubeletToken(KubernetesClient kubelet, Pod pod, String audience) {
    return Kubelet.token(kubelet, pod, audience);
  }

  /** A client as which the node's kubelet asks. */
  KubernetesClient kubelet() {
    return new Kubelet(cluster, NODE).client();
  }
}
