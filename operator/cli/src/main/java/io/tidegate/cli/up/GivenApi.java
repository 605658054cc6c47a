package io.tidegate.cli.up;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.local.LocalPod;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An API server that somebody else runs, on this machine and without nodes: pods run here, as they
 * do with the embedded API. What its controllers would do is done for it where it has none.
 */
final class GivenApi implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DEFAULT = "default";

  private final KubernetesClient client;
  private final String webhook;
  private final PrintStream err;
  private final boolean controllers;
  private volatile Supplier<Set<String>> namespaces = Set::of;

  private GivenApi(KubernetesClient client, String webhook, PrintStream err) {
    this.client = client;
    this.webhook = webhook;
    this.err = err;
    this.controllers =
        client.leases().inNamespace("kube-system").withName("kube-controller-manager").get()
            != null;
  }

  /**
   * @param file that names it
   * @param webhook where the operator answers it, by which its own registration is known
   * @throws CliFailure where it has nodes: their kubelets would run the same pods; or an operator,
   *     whose webhook would be replaced
   */
  static GivenApi of(Path file, KubernetesClient client, String webhook, PrintStream err) {
    GivenApi given = new GivenApi(client, webhook, err);
    if (given.hasOperator()) {
      throw CliFailure.failed(
          "the cluster of "
              + file
              + " has a MutatingWebhookConfiguration "
              + ClusterFurniture.WEBHOOK
              + " that is not of `up`: an operator is installed there\n    next: use that one, or"
              + " uninstall it, or give another API server");
    }
    if (given.hasNodes()) {
      throw CliFailure.failed(
          "the cluster of "
              + file
              + " has nodes, which run its pods; `up` runs pods on this machine\n    next: give an"
              + " API server without nodes, or install charts/tidegate-crds and charts/tidegate"
              + " into this cluster");
    }
    return given;
  }

  /** Whether pods are injected by somebody else. One that was killed left a loopback address. */
  private boolean hasOperator() {
    MutatingWebhookConfiguration configuration = storedWebhook().get();
    return configuration != null && !configuration.getWebhooks().stream().allMatch(GivenApi::isUps);
  }

  private static boolean isUps(MutatingWebhook entry) {
    String url = entry.getClientConfig().getUrl();
    return url != null && url.startsWith("https://127.");
  }

  private boolean hasNodes() {
    return !client.nodes().list().getItems().isEmpty();
  }

  /**
   * Takes over the workloads of these namespaces: what an earlier process left of their pods is
   * taken away now, what this one leaves at the end. All others are somebody else's.
   *
   * @param namespaces asked again at the end
   */
  void takeOver(Supplier<Set<String>> namespaces) {
    this.namespaces = namespaces;
    stopWorkloads();
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
   * @throws CliFailure if the API server does not reach it: it would create pods without sidecars
   */
  void checkInjection() {
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
            .withServiceAccountName(DEFAULT)
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
    for (String namespace : namespaces.get()) {
      stopPods(namespace);
      forgetStatus(namespace);
    }
  }

  private void stopPods(String namespace) {
    for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
      if (!pod.getMetadata().getOwnerReferences().isEmpty()) {
        client.resource(pod).withGracePeriod(0).delete();
      }
    }
  }

  private void forgetStatus(String namespace) {
    for (ReplicaSet set : client.apps().replicaSets().inNamespace(namespace).list().getItems()) {
      ReplicaSetStatus none = new ReplicaSetStatusBuilder().withReplicas(0).build();
      client.resource(set).editStatus(s -> withStatus(s, none, s::setStatus));
    }
    for (Deployment d : client.apps().deployments().inNamespace(namespace).list().getItems()) {
      client.resource(d).editStatus(o -> withStatus(o, new DeploymentStatus(), o::setStatus));
    }
    for (StatefulSet set : client.apps().statefulSets().inNamespace(namespace).list().getItems()) {
      StatefulSetStatus none = new StatefulSetStatusBuilder().withReplicas(0).build();
      client.resource(set).editStatus(s -> withStatus(s, none, s::setStatus));
    }
  }

  private static <T, S> T withStatus(T object, S status, Consumer<S> set) {
    set.accept(status);
    return object;
  }

  /** Takes out of it what speaks of this process: the webhook, and the pods that ran here. */
  @Override
  public void close() {
    try {
      removeWebhook();
      if (hasNodes()) {
        err.println(
            "tidegate: nodes have joined the cluster, so its pods are left to them, those that ran"
                + " here too\n    next: delete those of "
                + String.join(", ", namespaces.get())
                + " with kubectl; their controllers make new ones");
      } else {
        stopWorkloads();
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != 0 && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      // An API server that is gone needs nothing taken out of it now; the next start does.
    }
  }

  /** Only what leads to this process: another may have registered its own since. */
  private void removeWebhook() {
    MutatingWebhookConfiguration configuration = storedWebhook().get();
    if (configuration != null && configuration.getWebhooks().stream().allMatch(this::isOwn)) {
      storedWebhook().delete();
    }
  }

  private Resource<MutatingWebhookConfiguration> storedWebhook() {
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(ClusterFurniture.WEBHOOK);
  }

  private boolean isOwn(MutatingWebhook entry) {
    String url = entry.getClientConfig().getUrl();
    return url != null && url.startsWith(webhook + "/");
  }
}
