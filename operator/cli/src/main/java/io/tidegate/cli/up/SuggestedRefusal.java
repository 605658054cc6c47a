package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.cli.manifest.Manifest;
import io.tidegate.sidecar.config.TaskField;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A call that one of a directory's TenantBudgets refuses at once, where there is such a budget. */
final class SuggestedRefusal {
  /** Less money than any answer of a priced model needs. */
  private static final BigDecimal NEXT_TO_NOTHING = new BigDecimal("0.0001");

  private static final Map<String, TaskField> SUBJECT =
      Map.of(
          "tenant", TaskField.TENANT_ID,
          "user", TaskField.USER_ID,
          "workflow", TaskField.WORKFLOW,
          "budgetClass", TaskField.BUDGET_CLASS);

  /**
   * The call and who refuses it.
   *
   * @param budget such as {@code TenantBudget shop/trial}
   */
  record Refused(SuggestedCall call, String budget) {}

  private final List<Manifest> manifests;
  private final List<SuggestedCall> calls;

  SuggestedRefusal(List<Manifest> manifests, List<SuggestedCall> calls) {
    this.manifests = manifests;
    this.calls = calls;
  }

  Optional<Refused> find(String namespace) {
    return manifests.stream()
        .filter(m -> m.kind().equals("TenantBudget") && m.namespace().equals(namespace))
        .filter(m -> isNextToNothing(m.object().path("spec").path("limits")))
        .flatMap(m -> call(m, namespace).stream())
        .findFirst();
  }

  private Optional<Refused> call(Manifest budget, String namespace) {
    JsonNode subject = budget.object().path("spec").path("subject");
    Map<TaskField, String> stated = new LinkedHashMap<>();
    SUBJECT.forEach(
        (name, field) -> {
          if (subject.has(name)) {
            stated.put(field, subject.path(name).asText());
          }
        });
    if (stated.entrySet().stream().anyMatch(s -> !mayState(namespace, s.getKey(), s.getValue()))) {
      return Optional.empty();
    }
    stated.keySet().removeIf(field -> pin(namespace, field).isPresent());
    String model = subject.path("model").asText("");
    return calls.stream()
        .filter(c -> model.isEmpty() || c.target().equals(model))
        .filter(c -> !c.hasFallback())
        .findFirst()
        .map(c -> new Refused(c.stating(stated), budget.title()));
  }

  private boolean mayState(String namespace, TaskField field, String value) {
    return pin(namespace, field).map(value::equals).orElse(true);
  }

  private Optional<String> pin(String namespace, TaskField field) {
    return manifests.stream()
        .filter(m -> m.kind().equals("Namespace") && m.name().equals(namespace))
        .map(m -> m.object().path("metadata").path("labels").path(field.label()).asText(""))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private static boolean isNextToNothing(JsonNode limits) {
    for (JsonNode limit : limits) {
      boolean noMoney =
          limit.has("usd")
              && new BigDecimal(limit.path("usd").asText()).compareTo(NEXT_TO_NOTHING) < 0;
      if (noMoney || (limit.has("tokens") && limit.path("tokens").asLong() < 16)) {
        return true;
      }
    }
    return false;
  }
}
