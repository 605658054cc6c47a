package io.tidegate.e2e.chart;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.cluster.ControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one API in which Helm has installed both charts and the policies are in force. Not
 * the shared one: policies hold for a whole cluster.
 */
final class InstalledCharts implements ParameterResolver {
  static final String REQUIRED = "tidegate.io/enforce";

  private static final PatchContext DRY_RUN =
      new PatchContext.Builder()
          .withPatchType(PatchType.STRATEGIC_MERGE)
          .withDryRun(List.of("All"))
          .build();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(
            StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.create(InstalledCharts.class))
        .computeIfAbsent(ControlPlane.class, key -> start(), ControlPlane.class);
  }

  private static ControlPlane start() {
    ControlPlane api = ControlPlane.start();
    try {
      Chart.CRDS.install(api);
      Chart.OPERATOR.install(api);
      awaitPolicies(api);
      return api;
    } catch (RuntimeException | Error e) {
      api.close();
      throw new AssertionError("the charts cannot be installed", e);
    }
  }

  /** The API server takes up a policy a moment after it was written. */
  private static void awaitPolicies(Cluster api) {
    try (KubernetesClient admin = api.admin()) {
      String strict = namespace(admin, Map.of(REQUIRED, "required"));
      Pod injected = Pods.create(admin, "default", Pods.injected(Pods.plain("app")));
      until(
          "the policy of tokens",
          () -> refused(() -> api.token(strict, "x", Duration.ofHours(1), "tidegate-operator")));
      until(
          "the policy of pods with tokens",
          () -> refused(() -> Pods.dryRun(admin, "default", Pods.withForeignToken("canary"))));
      until(
          "the policy of the CA's ConfigMap",
          () -> refused(() -> admin.resource(ca(strict)).dryRun().create()));
      until(
          "the policy of the sidecar's image",
          () ->
              refused(() -> Pods.setImage(admin, injected, "initContainers", "tidegate", DRY_RUN)));
      until(
          "the policy of namespaces that demand the sidecar",
          () -> refused(() -> Pods.dryRun(admin, strict, Pods.plain("canary"))));
    }
  }

  private static ConfigMap ca(String namespace) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("tidegate-ca")
        .endMetadata()
        .build();
  }

  private static boolean refused(Runnable request) {
    try {
      request.run();
      return false;
    } catch (KubernetesClientException e) {
      if (e.getCode() != 403) {
        throw e;
      }
      return true;
    }
  }

  /** Makes one with these labels and returns its name. */
  static String namespace(KubernetesClient admin, Map<String, String> labels) {
    Namespace namespace =
        new NamespaceBuilder()
            .withNewMetadata()
            .withGenerateName("policies-")
            .withLabels(labels)
            .endMetadata()
            .build();
    return admin.namespaces().resource(namespace).create().getMetadata().getName();
  }
}
