package io.tidegate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A value that a JSON schema of the kind that SDKs derive from types accepts. */
final class SchemaSample {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 16;

  private final JsonNode root;
  private final String words;
  private final int number;

  /**
   * One sample.
   *
   * @param words what strings hold
   * @param number what numbers are
   */
  SchemaSample(JsonNode root, String words, int number) {
    this.root = root;
    this.words = words;
    this.number = number;
  }

  JsonNode value() {
    return value(root, 0);
  }

  private JsonNode value(JsonNode schema, int depth) {
    if (depth > DEEPEST) {
      return NODES.nullNode();
    }
    if (schema.has("$ref")) {
      return value(root.at(schema.path("$ref").asText("#").substring(1)), depth + 1);
    }
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
      return schema.path("enum").get(number % schema.path("enum").size());
    }
    if (schema.path("anyOf").isArray() && !schema.path("anyOf").isEmpty()) {
      return value(schema.path("anyOf").get(0), depth + 1);
    }
    JsonNode type = schema.path("type");
    return ofType(type.isArray() ? type.path(0).asText() : type.asText("object"), schema, depth);
  }

  private JsonNode ofType(String type, JsonNode schema, int depth) {
    return switch (type) {
      case "string" -> NODES.textNode(words);
      case "integer", "number" ->
          NODES.numberNode(Math.max(number, schema.path("minimum").asInt(0)));
      case "boolean" -> NODES.booleanNode(number % 2 == 0);
      case "array" -> array(schema, depth);
      case "null" -> NODES.nullNode();
      default -> object(schema, depth);
    };
  }

  private ArrayNode array(JsonNode schema, int depth) {
    ArrayNode array = NODES.arrayNode();
    int size = Math.max(1, schema.path("minItems").asInt(1));
    for (int i = 0; i < size; i++) {
      array.add(value(schema.path("items"), depth + 1));
    }
    return array;
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = NODES.objectNode();
    if (depth == 0 && schema.path("properties").isEmpty()) {
      return object.put("answer", words);
    }
    schema
        .path("properties")
        .properties()
        .forEach(entry -> object.set(entry.getKey(), value(entry.getValue(), depth + 1)));
    return object;
  }
}
