package io.tidegate.cli.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Writes a structural schema's defaults into an object, as an API server does before validation: an
 * absent field, or a null where the schema does not allow one, takes the default; such a null
 * without a default goes; defaults inside a default apply too.
 */
final class SchemaDefaults {
  private SchemaDefaults() {}

  static void apply(JsonNode schema, JsonNode value) {
    if (value instanceof ObjectNode object) {
      schema.path("properties").properties().forEach(p -> field(p.getKey(), p.getValue(), object));
      JsonNode additional = schema.path("additionalProperties");
      if (additional.isObject()) {
        object.properties().stream()
            .filter(p -> !schema.path("properties").has(p.getKey()))
            .forEach(p -> apply(additional, p.getValue()));
      }
    } else if (value.isArray()) {
      value.forEach(item -> apply(schema.path("items"), item));
    }
  }

  private static void field(String name, JsonNode schema, ObjectNode owner) {
    JsonNode present = owner.get(name);
    boolean nullWithoutLeave =
        present != null && present.isNull() && !schema.path("nullable").asBoolean();
    if ((present == null || nullWithoutLeave) && schema.has("default")) {
      owner.set(name, schema.get("default").deepCopy());
    } else if (nullWithoutLeave) {
      owner.remove(name);
    }
    if (owner.has(name)) {
      apply(schema, owner.get(name));
    }
  }
}
