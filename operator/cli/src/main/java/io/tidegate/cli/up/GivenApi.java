package io.tidegate.cli.up;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.local.LocalPod;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * An API server that somebody else runs, on this machine and without nodes: pods run here, as they
 * do with the embedded API. What its controllers would do is done for it where it has none.
 */
final class GivenApi implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DEFAULT = "default";

  private final KubernetesClient client;
  private final boolean controllers;

  private GivenApi(KubernetesClient client) {
    this.client = client;
    this.controllers =
        client.leases().inNamespace("kube-system").withName("kube-controller-manager").get()
            != null;
  }

  /**
   * @param file that names it
   * @throws CliFailure where it has nodes: their kubelets would run the same pods
   */
  static GivenApi of(Path file, KubernetesClient client) {
    if (!client.nodes().list().getItems().isEmpty()) {
      throw CliFailure.failed(
          "the cluster of "
              + file
              + " has nodes, which run its pods; `up` runs pods on this machine\n    next: give an"
              + " API server without nodes, or install charts/tidegate-crds and charts/tidegate"
              + " into this cluster");
    }
    GivenApi given = new GivenApi(client);
    given.stopWorkloads();
    return given;
  }

  /** Whether it makes pods of Deployments by itself. */
  boolean hasControllers() {
    return controllers;
  }

  /** Gives every namespace that there is what pods in it need. */
  void furnish() {
    for (Namespace namespace : client.namespaces().list().getItems()) {
      furnish(namespace.getMetadata().getName());
    }
  }

  /** A pod is refused where its namespace has no {@code default} ServiceAccount. */
  void furnish(String namespace) {
    var account = client.serviceAccounts().inNamespace(namespace).withName(DEFAULT);
    if (controllers) {
      Deadline.await(PATIENCE, () -> account.get() != null);
    } else if (account.get() == null) {
      client
          .serviceAccounts()
          .inNamespace(namespace)
          .resource(
              new ServiceAccountBuilder()
                  .withNewMetadata()
                  .withName(DEFAULT)
                  .withNamespace(namespace)
                  .endMetadata()
                  .build())
          .create();
    }
  }

  /**
   * Asks whether a pod would be injected, without making one.
   *
   * @param webhook where the operator answers
   * @throws CliFailure if the API server does not reach it: it would create pods without sidecars
   */
  void checkInjection(String webhook) {
    if (!Deadline.await(PATIENCE, this::injects)) {
      throw CliFailure.failed(
          "the API server "
              + client.getMasterUrl()
              + " does not reach the operator's webhook at "
              + webhook
              + ", so pods would get no sidecar\n    next: give an API server that runs on this"
              + " machine, outside a container; its log says what it met");
    }
  }

  private boolean injects() {
    Pod probe =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("tidegate-probe-")
            .withNamespace(DEFAULT)
            .addToLabels("tidegate.io/inject", "enabled")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("app")
            .withImage("app")
            .endContainer()
            .endSpec()
            .build();
    return LocalPod.isInjected(
        client.pods().inNamespace(DEFAULT).resource(probe).dryRun(true).create());
  }

  /**
   * Workloads last, and their pods only for as long as one {@code up} runs them. What is said of
   * pods that are gone would pass for the readiness of those that come.
   */
  private void stopWorkloads() {
    for (Pod pod : client.pods().inAnyNamespace().list().getItems()) {
      if (!pod.getMetadata().getOwnerReferences().isEmpty()) {
        client.resource(pod).withGracePeriod(0).delete();
      }
    }
    for (ReplicaSet set : client.apps().replicaSets().inAnyNamespace().list().getItems()) {
      client
          .resource(set)
          .editStatus(
              s ->
                  withStatus(
                      s, new ReplicaSetStatusBuilder().withReplicas(0).build(), s::setStatus));
    }
    for (Deployment deployment : client.apps().deployments().inAnyNamespace().list().getItems()) {
      client
          .resource(deployment)
          .editStatus(d -> withStatus(d, new DeploymentStatus(), d::setStatus));
    }
    for (StatefulSet set : client.apps().statefulSets().inAnyNamespace().list().getItems()) {
      client
          .resource(set)
          .editStatus(
              s ->
                  withStatus(
                      s, new StatefulSetStatusBuilder().withReplicas(0).build(), s::setStatus));
    }
  }

  private static <T, S> T withStatus(T object, S status, Consumer<S> set) {
    set.accept(status);
    return object;
  }

  /** Takes out of it what speaks of this process: the webhook, and the pods that ran here. */
  @Override
  public void close() {
    var webhook =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(ClusterFurniture.WEBHOOK);
    try {
      webhook.delete();
      stopWorkloads();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 0 && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      // An API server that is gone needs nothing taken out of it now; the next start does.
    }
  }
}
