package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.tidegate.operator.admit.InjectionNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which objects there are, and how they find each other. */
class RenderedObjectsTest {
  private static final List<String> ALWAYS =
      List.of(
          "ClusterRole tidegate-operator",
          "ClusterRoleBinding tidegate-operator",
          "Deployment tidegate-system/tidegate-operator",
          "MutatingWebhookConfiguration tidegate",
          "Role tidegate-system/tidegate-credentials",
          "Role tidegate-system/tidegate-operator",
          "RoleBinding tidegate-system/tidegate-credentials",
          "RoleBinding tidegate-system/tidegate-operator",
          "Service tidegate-system/tidegate-operator",
          "ServiceAccount tidegate-system/tidegate-operator");

  private static final List<String> BY_DEFAULT =
      List.of(
          "ClusterRole tidegate-admin",
          "ClusterRole tidegate-view",
          "NetworkPolicy tidegate-system/tidegate-operator",
          "PodDisruptionBudget tidegate-system/tidegate-operator",
          "ValidatingAdmissionPolicy tidegate-audience-pods",
          "ValidatingAdmissionPolicy tidegate-audience-tokens",
          "ValidatingAdmissionPolicy tidegate-ca",
          "ValidatingAdmissionPolicy tidegate-require-sidecar",
          "ValidatingAdmissionPolicy tidegate-sidecar-image",
          "ValidatingAdmissionPolicyBinding tidegate-audience-pods",
          "ValidatingAdmissionPolicyBinding tidegate-audience-tokens",
          "ValidatingAdmissionPolicyBinding tidegate-ca",
          "ValidatingAdmissionPolicyBinding tidegate-require-sidecar",
          "ValidatingAdmissionPolicyBinding tidegate-sidecar-image");

  private static final Map<String, ?> OFF = Map.of("enabled", false);
  private static final Map<String, ?> ON = Map.of("enabled", true);

  private final Rendering standard = Chart.OPERATOR.render();

  @Test
  void aReleaseHoldsTheseObjectsAndNoOthers() {
    List<String> expected = new ArrayList<>(ALWAYS);
    expected.addAll(BY_DEFAULT);
    assertThat(standard.names()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void whatCanBeSwitchedOffIsGone() {
    Rendering least =
        Chart.OPERATOR.render(
            Map.of(
                "rbac", Map.of("aggregate", false),
                "networkPolicy", OFF,
                "podDisruptionBudget", OFF,
                "audiencePolicy", OFF,
                "requireSidecar", OFF));
    assertThat(least.names()).containsExactlyInAnyOrderElementsOf(ALWAYS);
  }

  @Test
  void whatCanBeSwitchedOnComes() {
    Rendering most =
        Chart.OPERATOR.render(
            Map.of(
                "metrics", Map.of("serviceMonitor", ON, "podMonitor", ON),
                "credentials", Map.of("namespaces", List.of("keys")),
                "certificates", Map.of("issuer", "CertManager")));
    assertThat(most.names())
        .containsAll(standard.names())
        .filteredOn(name -> !standard.names().contains(name))
        .containsExactlyInAnyOrder(
            "Certificate tidegate-system/tidegate-operator",
            "Certificate tidegate-system/tidegate-operator-ca",
            "Issuer tidegate-system/tidegate-operator-ca",
            "Issuer tidegate-system/tidegate-operator-root",
            "PodMonitor tidegate-system/tidegate-sidecars",
            "Role keys/tidegate-credentials",
            "RoleBinding keys/tidegate-credentials",
            "ServiceMonitor tidegate-system/tidegate-operator");
  }

  @Test
  void anIssuerOfOnesOwnNeedsNoCaOfOurs() {
    Rendering own =
        Chart.OPERATOR.render(
            Map.of(
                "certificates",
                Map.of(
                    "issuer",
                    "CertManager",
                    "certManager",
                    Map.of("issuerRef", Map.of("name", "corp")))));
    assertThat(own.names())
        .filteredOn(name -> name.startsWith("Certificate ") || name.startsWith("Issuer "))
        .containsExactly("Certificate tidegate-system/tidegate-operator");
    assertThat(certificate(own))
        .containsEntry(
            "issuerRef", Map.of("name", "corp", "kind", "Issuer", "group", "cert-manager.io"));
    assertThat(certificate(own).get("dnsNames"))
        .isEqualTo(
            List.of(
                "tidegate-operator.tidegate-system.svc",
                "tidegate-operator.tidegate-system",
                "tidegate-operator.tidegate-system.svc.cluster.local"));
  }

  private static Map<String, Object> certificate(Rendering rendering) {
    GenericKubernetesResource certificate =
        rendering
            .all(GenericKubernetesResource.class)
            .filter(o -> Rendering.name(o).equals("Certificate tidegate-system/tidegate-operator"))
            .findFirst()
            .orElseThrow();
    return certificate.get("spec");
  }

  @Test
  void everyObjectSaysWhoseItIs() {
    for (HasMetadata object : standard.objects()) {
      assertThat(object.getMetadata().getLabels())
          .as(Rendering.name(object))
          .containsEntry("app.kubernetes.io/name", "tidegate")
          .containsEntry("app.kubernetes.io/instance", "tidegate")
          .containsEntry("app.kubernetes.io/part-of", "tidegate")
          .containsEntry("app.kubernetes.io/version", "0.1.0")
          .containsEntry("app.kubernetes.io/managed-by", "Helm")
          .containsEntry("helm.sh/chart", "tidegate-0.1.0");
    }
  }

  @Test
  void everySelectorFindsTheOperatorsPods() {
    Deployment deployment = standard.one(Deployment.class, "tidegate-operator");
    Map<String, String> pod = deployment.getSpec().getTemplate().getMetadata().getLabels();
    PodSpec spec = deployment.getSpec().getTemplate().getSpec();
    List<Map<String, String>> selectors =
        List.of(
            deployment.getSpec().getSelector().getMatchLabels(),
            spec.getTopologySpreadConstraints().getFirst().getLabelSelector().getMatchLabels(),
            standard.one(Service.class, "tidegate-operator").getSpec().getSelector(),
            standard
                .one(PodDisruptionBudget.class, "tidegate-operator")
                .getSpec()
                .getSelector()
                .getMatchLabels(),
            standard
                .one(NetworkPolicy.class, "tidegate-operator")
                .getSpec()
                .getPodSelector()
                .getMatchLabels());
    assertThat(selectors).hasSize(5).allSatisfy(s -> assertThat(pod).containsAllEntriesOf(s));
    assertThat(pod)
        .as("the operator is never injected")
        .doesNotContainKey(InjectionNames.INJECT_LABEL);
  }

  @Test
  void metricsAreScrapedFromPortsThatExist() {
    Rendering monitored =
        Chart.OPERATOR.render(Map.of("metrics", Map.of("serviceMonitor", ON, "podMonitor", ON)));
    assertThat(endpoint(monitored, "ServiceMonitor", "endpoints"))
        .containsEntry("port", "admin")
        .containsEntry("path", "/metrics");
    assertThat(standard.one(Service.class, "tidegate-operator").getSpec().getPorts())
        .extracting(port -> port.getName() + " " + port.getPort())
        .containsExactly("tls 8443", "admin 8080");
    assertThat(endpoint(monitored, "PodMonitor", "podMetricsEndpoints"))
        .as("the port's name in an injected sidecar")
        .containsEntry("port", "tidegate-admin");
  }

  private static Map<String, Object> endpoint(Rendering rendering, String kind, String list) {
    GenericKubernetesResource monitor =
        rendering
            .all(GenericKubernetesResource.class)
            .filter(o -> o.getKind().equals(kind))
            .findFirst()
            .orElseThrow();
    return monitor.get("spec", list, 0);
  }
}
