package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.cli.manifest.Manifest;
import io.tidegate.sidecar.config.TaskField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls that a directory's ModelRoutes let through, one for each rule. Pure. */
final class SuggestedCalls {
  private static final Map<String, TaskField> MATCHES =
      Map.of(
          "tenants", TaskField.TENANT_ID,
          "users", TaskField.USER_ID,
          "workflows", TaskField.WORKFLOW,
          "sensitivity", TaskField.SENSITIVITY,
          "latencyClass", TaskField.LATENCY_CLASS,
          "budgetClass", TaskField.BUDGET_CLASS);

  private final List<Manifest> manifests;

  SuggestedCalls(List<Manifest> manifests) {
    this.manifests = manifests;
  }

  /** Calls for a workload of this namespace, plain ones first. */
  List<SuggestedCall> of(String namespace) {
    List<SuggestedCall> calls = new ArrayList<>();
    for (Manifest route : manifests) {
      if (route.kind().equals("ModelRoute") && route.namespace().equals(namespace)) {
        for (JsonNode rule : route.object().path("spec").path("rules")) {
          call(route, rule).ifPresent(calls::add);
        }
      }
    }
    calls.sort(java.util.Comparator.comparingInt(c -> c.task().size() + (c.anthropic() ? 1 : 0)));
    return calls;
  }

  private Optional<SuggestedCall> call(Manifest route, JsonNode rule) {
    JsonNode target = rule.path("targets").path(0);
    JsonNode asked = rule.path("match").path("models").path(0);
    if (asked.isMissingNode()) {
      asked = route.object().path("spec").path("models").path(0);
    }
    String served = target.path("model").asText("");
    Optional<Manifest> provider = provider(route.namespace(), target.path("provider"));
    if (served.isEmpty() || provider.isEmpty()) {
      return Optional.empty();
    }
    Map<TaskField, String> task = new LinkedHashMap<>();
    MATCHES.forEach(
        (name, field) -> {
          JsonNode value = rule.path("match").path(name).path(0);
          if (!value.isMissingNode()) {
            task.put(field, value.asText());
          }
        });
    return Optional.of(
        new SuggestedCall(
            route.title() + ", rule " + rule.path("name").asText(),
            route.namespace(),
            asked.asText(served),
            served,
            provider.get().object().path("spec").path("type").asText().equals("Anthropic"),
            task,
            rule.has("fallback")));
  }

  private Optional<Manifest> provider(String namespace, JsonNode reference) {
    String text = reference.asText("");
    int slash = text.indexOf('/');
    String name = text.substring(slash + 1);
    List<String> namespaces =
        slash < 0
            ? List.of(namespace, ClusterFurniture.OPERATOR_NAMESPACE)
            : List.of(text.substring(0, slash));
    return manifests.stream()
        .filter(m -> m.kind().equals("ModelProvider") && m.name().equals(name))
        .filter(m -> namespaces.contains(m.namespace()))
        .findFirst();
  }
}
