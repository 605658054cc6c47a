package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.tidegate.operator.admit.InjectionNames;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookTest {
  private static List<MutatingWebhook> webhooks(Map<String, ?> values) {
    return Chart.OPERATOR
        .render(values)
        .one(MutatingWebhookConfiguration.class, "tidegate")
        .getWebhooks();
  }

  @Test
  void itFailsOpenQuicklyAndSeesWhatOthersAdded() {
    assertThat(webhooks(Map.of()))
        .hasSize(2)
        .allSatisfy(
            webhook -> {
              assertThat(webhook.getFailurePolicy()).isEqualTo("Ignore");
              assertThat(webhook.getTimeoutSeconds()).isEqualTo(3);
              assertThat(webhook.getReinvocationPolicy()).isEqualTo("IfNeeded");
              assertThat(webhook.getMatchPolicy()).isEqualTo("Equivalent");
              assertThat(webhook.getSideEffects()).isEqualTo("NoneOnDryRun");
              assertThat(webhook.getAdmissionReviewVersions()).containsExactly("v1");
            });
    assertThat(webhooks(Map.of("webhook", Map.of("failurePolicy", "Fail"))))
        .allSatisfy(webhook -> assertThat(webhook.getFailurePolicy()).isEqualTo("Fail"));
  }

  @Test
  void itIsCalledForThePodsThatAskAndNoOthers() {
    MutatingWebhook byNamespace = webhooks(Map.of()).getFirst();
    MutatingWebhook byPod = webhooks(Map.of()).getLast();
    assertThat(byNamespace.getNamespaceSelector().getMatchLabels())
        .containsOnly(Map.entry(InjectionNames.INJECT_LABEL, InjectionNames.ENABLED));
    assertThat(byNamespace.getObjectSelector().getMatchExpressions())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getKey()).isEqualTo(InjectionNames.INJECT_LABEL);
              assertThat(e.getOperator()).isEqualTo("NotIn");
              assertThat(e.getValues())
                  .containsExactly(InjectionNames.ENABLED, InjectionNames.DISABLED);
            });
    assertThat(byPod.getNamespaceSelector().getMatchLabels()).isEmpty();
    assertThat(byPod.getObjectSelector().getMatchLabels())
        .containsOnly(Map.entry(InjectionNames.INJECT_LABEL, InjectionNames.ENABLED));
  }

  @Test
  void theOperatorsOwnNamespaceAndTheSystemsAreLeftAlone() {
    assertThat(webhooks(Map.of("webhook", Map.of("excludedNamespaces", List.of("infra")))))
        .allSatisfy(
            webhook ->
                assertThat(webhook.getNamespaceSelector().getMatchExpressions())
                    .singleElement()
                    .satisfies(
                        e -> {
                          assertThat(e.getKey()).isEqualTo("kubernetes.io/metadata.name");
                          assertThat(e.getOperator()).isEqualTo("NotIn");
                          assertThat(e.getValues()).containsExactly("tidegate-system", "infra");
                        }));
  }

  @Test
  void itCallsTheOperatorsService() {
    Service service = Chart.OPERATOR.render().one(Service.class, "tidegate-operator");
    assertThat(webhooks(Map.of()))
        .allSatisfy(
            webhook -> {
              var target = webhook.getClientConfig().getService();
              assertThat(target.getName()).isEqualTo(service.getMetadata().getName());
              assertThat(target.getNamespace()).isEqualTo(service.getMetadata().getNamespace());
              assertThat(target.getPort())
                  .isEqualTo(service.getSpec().getPorts().getFirst().getPort());
              assertThat(target.getPath()).isEqualTo("/admit/inject");
            });
  }

  @Test
  void certManagerIsAskedForTheBundleWhereItIssues() {
    assertThat(annotations(Map.of())).isNullOrEmpty();
    assertThat(annotations(Map.of("certificates", Map.of("issuer", "CertManager"))))
        .containsOnly(
            Map.entry("cert-manager.io/inject-ca-from", "tidegate-system/tidegate-operator"));
  }

  private static Map<String, String> annotations(Map<String, ?> values) {
    return Chart.OPERATOR
        .render(values)
        .one(MutatingWebhookConfiguration.class, "tidegate")
        .getMetadata()
        .getAnnotations();
  }
}
