package io.tidegate.cli.up;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;

/**
 * What a Helm release would put into the cluster around the operator: CRDs, its namespace, the
 * webhook's registration. Idempotent.
 */
final class ClusterFurniture {
  static final String OPERATOR_NAMESPACE = "tidegate-system";
  static final String OPERATOR_SERVICE = "tidegate-operator";
  static final String WEBHOOK = "tidegate";
  private static final String INJECT = "tidegate.io/inject";

  private final KubernetesClient client;

  ClusterFurniture(KubernetesClient client) {
    this.client = client;
  }

  /** Definitions and the operator's namespace; before the operator starts. */
  void beforeOperator() {
    CrdFiles.load().forEach(this::put);
    put(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(OPERATOR_NAMESPACE)
            .endMetadata()
            .build());
  }

  /**
   * Registers the webhook as the chart does, or by URL where the API server cannot reach Services
   * of this machine.
   *
   * @param url empty for the Service
   * @param port of the Service
   */
  void registerWebhook(String url, int port) {
    MutatingWebhookConfiguration configuration =
        new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(WEBHOOK)
            .endMetadata()
            .addToWebhooks(
                webhook("namespace.inject.tidegate.io", url, port)
                    .withNewNamespaceSelector()
                    .addToMatchLabels(INJECT, "enabled")
                    .endNamespaceSelector()
                    .withNewObjectSelector()
                    .addNewMatchExpression()
                    .withKey(INJECT)
                    .withOperator("NotIn") // any odd value comes to us and is reported
                    .withValues("enabled", "disabled")
                    .endMatchExpression()
                    .endObjectSelector()
                    .build())
            .addToWebhooks(
                webhook("pod.inject.tidegate.io", url, port)
                    .withNewObjectSelector()
                    .addToMatchLabels(INJECT, "enabled")
                    .endObjectSelector()
                    .build())
            .build();
    put(configuration);
  }

  private static MutatingWebhookBuilder webhook(String name, String url, int port) {
    MutatingWebhookBuilder webhook =
        new MutatingWebhookBuilder()
            .withName(name)
            .withAdmissionReviewVersions("v1")
            .withSideEffects("NoneOnDryRun") // it writes Events
            .withFailurePolicy("Ignore")
            .withReinvocationPolicy("IfNeeded")
            .withTimeoutSeconds(30) // a cold JVM on a busy laptop answers its first review late
            .addNewRule()
            .withOperations("CREATE")
            .withApiGroups("")
            .withApiVersions("v1")
            .withResources("pods")
            .endRule();
    return url.isEmpty()
        ? webhook
            .withNewClientConfig()
            .withNewService()
            .withNamespace(OPERATOR_NAMESPACE)
            .withName(OPERATOR_SERVICE)
            .withPort(port)
            .withPath("/admit/inject")
            .endService()
            .endClientConfig()
        : webhook.withNewClientConfig().withUrl(url + "/admit/inject").endClientConfig();
  }

  /** Whether every webhook has the CA by which it is trusted; the operator writes it. */
  boolean isWebhookTrusted() {
    MutatingWebhookConfiguration configuration =
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(WEBHOOK).get();
    return configuration != null
        && configuration.getWebhooks().stream()
            .map(MutatingWebhook::getClientConfig)
            .allMatch(c -> c.getCaBundle() != null && !c.getCaBundle().isEmpty());
  }

  private <T extends HasMetadata> void put(T object) {
    if (client.resource(object).get() == null) {
      client.resource(object).create();
    } else if (!(object instanceof Namespace)) {
      client.resource(object).update();
    }
  }
}
