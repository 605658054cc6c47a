package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.manifest.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what the operator says of the applied objects. */
final class Conditions {
  private static final String GROUP = "tidegate.io/";

  private final KubernetesClient client;
  private final ObjectMapper mapper = new ObjectMapper();

  Conditions(KubernetesClient client) {
    this.client = client;
  }

  /** Whether the operator has looked at every object in its present generation. */
  boolean areObserved(List<Manifest> applied) {
    return ours(applied).stream().allMatch(m -> stored(m).map(Conditions::isObserved).orElse(true));
  }

  /** What the operator says of the objects. */
  Verdicts verdicts(List<Manifest> applied) {
    Map<Manifest, JsonNode> objects = new LinkedHashMap<>();
    for (Manifest manifest : ours(applied)) {
      stored(manifest).ifPresent(object -> objects.put(manifest, object));
    }
    return Verdicts.of(objects);
  }

  private static List<Manifest> ours(List<Manifest> applied) {
    return applied.stream().filter(m -> m.apiVersion().startsWith(GROUP)).toList();
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
