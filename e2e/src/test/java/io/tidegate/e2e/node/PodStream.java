package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.e2e.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Pods that are created one after the other, in a namespace that does not demand the sidecar. No
 * node is good for them: what matters is how they were admitted.
 */
final class PodStream implements AutoCloseable {
  private final Cluster cluster;
  private final KubernetesClient admin;
  private final String namespace;
  private final Duration pause;
  private final Thread thread;
  private final AtomicInteger created = new AtomicInteger();
  private final List<String> missed = new CopyOnWriteArrayList<>();
  private volatile boolean over;

  /**
   * @param pause between two pods
   */
  PodStream(Cluster cluster, Duration pause) {
    this.cluster = cluster;
    this.pause = pause;
    this.admin = cluster.admin();
    this.namespace = cluster.newNamespace("stream");
    Kubectl kubectl = new Kubectl(cluster, namespace);
    kubectl.run("label", "namespace", namespace, "tidegate.io/inject=enabled");
    Installed.untilInjecting(kubectl);
    this.thread = Thread.ofPlatform().name("pod-stream").start(this::createOn);
  }

  private void createOn() {
    while (!over) {
      try {
        create();
      } catch (KubernetesClientException e) {
        missed.add(e.getMessage());
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  private void create() {
    Pod pod =
        admin
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withGenerateName("nowhere-")
                    .withNamespace(namespace)
                    .endMetadata()
                    .withNewSpec()
                    .addToNodeSelector("tidegate.test/nowhere", "")
                    .addNewContainer()
                    .withName("app")
                    .withImage("tidegate.test/pause:1")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    created.incrementAndGet();
    if (!"true".equals(pod.getMetadata().getLabels().get("tidegate.io/injected"))) {
      missed.add(pod.getMetadata().getName());
    }
  }

  /** Waits until there were so many in all, and one more. */
  void await(int least) {
    int wanted = Math.max(least, created.get() + 1);
    until(() -> created + " pods of " + wanted + "; " + missed, () -> created.get() >= wanted);
  }

  /** Those that came without the sidecar, by name, and why those did not come that did not. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    thread.join();
    cluster.run(
        "kubectl",
        "delete",
        "pods",
        "--all",
        "--namespace",
        namespace,
        "--grace-period=0",
        "--force",
        "--wait=false");
    cluster.run("kubectl", "delete", "namespace", namespace, "--wait=false");
    admin.close();
  }
}
