package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.cli.embedded.schema.CustomKind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The kinds that stored CustomResourceDefinitions declare, by group and plural. Thread-safe. */
final class CustomKinds {
  private final Map<String, CustomKind> byResource = new ConcurrentHashMap<>();

  /**
   * Takes a definition over from a write.
   *
   * @throws ApiRefusal when the definition itself cannot be used
   */
  void define(JsonNode definition) {
    try {
      CustomKind kind = CustomKind.of(definition);
      byResource.put(kind.plural() + "." + kind.group(), kind);
    } catch (IllegalArgumentException e) {
      String name = definition.path("metadata").path("name").asText();
      throw new ApiRefusal(
          422,
          "Invalid",
          "CustomResourceDefinition.apiextensions.k8s.io \"%s\" is invalid: %s"
              .formatted(name, e.getMessage()));
    }
  }

  void forget(String definitionName) {
    byResource.remove(definitionName);
  }

  Optional<CustomKind> of(ResourcePath path) {
    return Optional.ofNullable(byResource.get(path.plural() + "." + path.group()));
  }
}
