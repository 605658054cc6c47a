package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.manifest.Manifest;
import io.tidegate.cli.manifest.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the operator says of the applied objects: those that it did not accept become problems. */
final class Conditions {
  private static final String GROUP = "tidegate.io/";
  private static final Set<String> NOT_RUN = Set.of("Refused", "Lagging");

  private final KubernetesClient client;
  private final ObjectMapper mapper = new ObjectMapper();

  Conditions(KubernetesClient client) {
    this.client = client;
  }

  /** Whether the operator has looked at every object in its present generation. */
  boolean areObserved(List<Manifest> applied) {
    return ours(applied).stream().allMatch(m -> stored(m).map(Conditions::isObserved).orElse(true));
  }

  /**
   * What is wrong with the objects, each with the condition's message, by object and condition such
   * as {@code ModelRoute shop/chat: ResolvedRefs}.
   */
  Map<String, Problem> problems(List<Manifest> applied) {
    Map<String, Problem> problems = new LinkedHashMap<>();
    for (Manifest manifest : ours(applied)) {
      stored(manifest)
          .ifPresent(
              object -> {
                for (JsonNode condition : object.path("status").path("conditions")) {
                  if (isBad(condition)) {
                    problems.put(
                        manifest.title() + ": " + condition.path("type").asText(),
                        new Problem(
                            manifest.file(),
                            manifest.line(),
                            manifest.title(),
                            condition.path("type").asText()
                                + "=False, "
                                + condition.path("reason").asText()
                                + ": "
                                + told(condition, manifest),
                            "mend what the message names, and save"));
                  }
                }
              });
    }
    return problems;
  }

  /** The condition's message without the object's name, which the problem says already. */
  private static String told(JsonNode condition, Manifest manifest) {
    String message = condition.path("message").asText();
    String own = manifest.title() + ": ";
    return message.startsWith(own) ? message.substring(own.length()) : message;
  }

  private static List<Manifest> ours(List<Manifest> applied) {
    return applied.stream().filter(m -> m.apiVersion().startsWith(GROUP)).toList();
  }

  private static boolean isBad(JsonNode condition) {
    String kind = condition.path("type").asText();
    boolean wrong =
        switch (kind) {
          case "Accepted", "ResolvedRefs" -> true;
          // Held back for a reason that one of the two names already.
          case "Programmed" -> NOT_RUN.contains(condition.path("reason").asText());
          default -> false;
        };
    return wrong && condition.path("status").asText().equals("False");
  }

  private static boolean isObserved(JsonNode object) {
    return object.path("status").path("observedGeneration").asLong(0)
        >= object.path("metadata").path("generation").asLong();
  }

  private Optional<JsonNode> stored(Manifest manifest) {
    String namespace = manifest.namespace().isEmpty() ? "default" : manifest.namespace();
    GenericKubernetesResource object =
        client
            .genericKubernetesResources(manifest.apiVersion(), manifest.kind())
            .inNamespace(namespace)
            .withName(manifest.name())
            .get();
    return Optional.ofNullable(object).map(mapper::valueToTree);
  }
}
