package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.operator.admit.InjectionNames;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotesTest {
  private final Notes notes = Notes.of(Chart.OPERATOR, Map.of());

  @Test
  void threeCommandsFollowOneAnother() {
    assertThat(notes.text().lines().filter(line -> line.startsWith("kubectl ")))
        .containsExactly(
            "kubectl apply -f - <<EOF",
            "kubectl rollout status deployment/tidegate-operator --namespace tidegate-system"
                + " && kubectl label namespace default "
                + InjectionNames.INJECT_LABEL
                + "="
                + InjectionNames.ENABLED
                + " && kubectl rollout restart deployment --namespace default",
            "kubectl get modelproviders,modelroutes,tenantbudgets --all-namespaces");
  }

  @Test
  void theRouteReachesTheProviderAndTheProviderItsKey() {
    List<?> objects = notes.objects();
    assertThat(objects).hasSize(3);
    Secret secret = (Secret) objects.get(0);
    ModelProvider provider = typed(objects.get(1), ModelProvider.class);
    ModelRoute route = typed(objects.get(2), ModelRoute.class);
    assertThat(provider.getSpec().credentials().apiKey().secretRef().name())
        .isEqualTo(secret.getMetadata().getName());
    assertThat(secret.getStringData()).containsKey("apiKey");
    assertThat(provider.getMetadata().getNamespace()).isEqualTo(Chart.NAMESPACE);
    var target = route.getSpec().rules().getFirst().targets().getFirst();
    assertThat(target.provider()).isEqualTo(provider.getMetadata().getName());
    assertThat(provider.getSpec().models())
        .extracting(model -> model.name())
        .containsExactly(target.model());
  }

  /** Without a price the first budget in usd refused every call of whoever began here. */
  @Test
  void theModelHasWhatAFirstBudgetInMoneyNeeds() {
    ModelProvider provider = typed(notes.objects().get(1), ModelProvider.class);
    assertThat(provider.getSpec().models())
        .allSatisfy(
            model -> {
              assertThat(model.price()).isNotNull();
              assertThat(model.maxOutputTokens()).isPositive();
              assertThat(model.contextTokens()).isPositive();
            });
  }

  /** Which the webhook never asks about. */
  @Test
  void theExampleIsNotForANamespaceThatIsNotInjected() {
    Map<String, ?> excluded =
        Map.of("webhook", Map.of("excludedNamespaces", List.of("kube-system", "default")));
    assertThat(notes.text()).contains("namespace: default}");
    assertThat(Notes.of(Chart.OPERATOR, excluded).text())
        .contains("name: chat, namespace: YOUR-NAMESPACE}")
        .doesNotContain("default");
  }

  private static <T> T typed(Object object, Class<T> type) {
    return Serialization.unmarshal(Serialization.asYaml(object), type);
  }

  @Test
  void theySayWhatTheValuesChoseAboutPodsWithoutSidecar() {
    assertThat(notes.text()).contains("tidegate.io/enforce=required").doesNotContain("are refused");
    assertThat(
            Notes.of(
                    Chart.OPERATOR,
                    Map.of(
                        "webhook", Map.of("failurePolicy", "Fail"),
                        "requireSidecar", Map.of("enabled", false)))
                .text())
        .contains("are refused")
        .doesNotContain("tidegate.io/enforce");
    assertThat(
            Notes.of(
                    Chart.OPERATOR,
                    Map.of("requireSidecar", Map.of("actions", List.of("Warn", "Audit"))))
                .text())
        .doesNotContain("tidegate.io/enforce");
  }

  @Test
  void theDefinitionsChartLeadsToTheOperators() {
    assertThat(Notes.of(Chart.CRDS, Map.of()).text())
        .contains(
            "helm install tidegate charts/tidegate --namespace tidegate-system --create-namespace");
  }
}
