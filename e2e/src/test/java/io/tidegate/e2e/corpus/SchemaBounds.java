package io.tidegate.e2e.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One bad object per bound that a structural schema sets, made from an object that has every field:
 * each type, enum, pattern, length, number, item count and required field is broken once, and each
 * object gets a field that it does not know.
 */
final class SchemaBounds {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String kind;
  private final ObjectNode full;
  private final List<ObjectCase> cases = new ArrayList<>();

  private SchemaBounds(String kind, ObjectNode full) {
    this.kind = kind;
    this.full = full;
  }

  /**
   * @param spec schema of {@code spec}
   * @param full an object with every field
   * @throws IllegalArgumentException names a field of the schema that {@code full} lacks
   */
  static List<ObjectCase> of(String kind, JsonNode spec, ObjectNode full) {
    SchemaBounds bounds = new SchemaBounds(kind, full);
    bounds.value(spec, "/spec", "spec");
    return bounds.cases;
  }

  private void value(JsonNode schema, String pointer, String path) {
    JsonNode good = full.at(pointer);
    if (good.isMissingNode()) {
      throw new IllegalArgumentException(
          kind + ".yaml: full lacks " + path + ": a new field needs its place there");
    }
    broken("another type", pointer, path, ofAnotherType(schema));
    if (schema.has("enum")) {
      broken("a value outside its enum", pointer, path, JSON.textNode("NoSuchValue"));
    }
    switch (good.getNodeType()) {
      case OBJECT -> object(schema, (ObjectNode) good, pointer, path);
      case ARRAY -> list(schema, (ArrayNode) good, pointer, path);
      case STRING -> string(schema, pointer, path);
      case NUMBER -> number(schema, pointer, path);
      default -> {}
    }
  }

  private void object(JsonNode schema, ObjectNode good, String pointer, String path) {
    for (JsonNode name : schema.path("required")) {
      ObjectNode without = good.deepCopy();
      without.remove(name.asText());
      broken("a required field left out", pointer, path, path + "." + name.asText(), without);
    }
    JsonNode known = schema.path("properties");
    if (!known.isMissingNode()) {
      ObjectNode more = good.deepCopy().put("noSuchField", 1);
      broken("a field it does not know", pointer, path, path + ".noSuchField", more);
    }
    for (Map.Entry<String, JsonNode> field : known.properties()) {
      value(field.getValue(), pointer + "/" + field.getKey(), path + "." + field.getKey());
    }
    JsonNode additional = schema.path("additionalProperties");
    if (additional.isObject()) {
      String key = good.fieldNames().next();
      value(additional, pointer + "/" + key, path + "." + key);
    }
    if (schema.has("maxProperties")) {
      ObjectNode many = JSON.objectNode();
      for (int i = 0; i <= schema.path("maxProperties").asInt(); i++) {
        many.set("k" + i, good.properties().iterator().next().getValue());
      }
      broken("too many fields", pointer, path, many);
    }
  }

  private void list(JsonNode schema, ArrayNode good, String pointer, String path) {
    value(schema.path("items"), pointer + "/0", path + "[0]");
    if (schema.has("maxItems")) {
      ArrayNode many = JSON.arrayNode();
      for (int i = 0; i <= schema.path("maxItems").asInt(); i++) {
        many.add(good.get(0));
      }
      broken("too many items", pointer, path, many);
    }
    if (schema.path("minItems").asInt() > 0) {
      broken("too few items", pointer, path, JSON.arrayNode());
    }
    if (!schema.path("x-kubernetes-list-type").asText("atomic").equals("atomic")) {
      ArrayNode twice = JSON.arrayNode().add(good.get(0)).add(good.get(0));
      broken("an item twice", pointer, path, path + "[1]", twice);
    }
  }

  private void string(JsonNode schema, String pointer, String path) {
    int least = schema.path("minLength").asInt();
    if (schema.has("pattern")) {
      String odd = "?".repeat(Math.max(1, least));
      broken("a value outside its pattern", pointer, path, JSON.textNode(odd));
      String two = full.at(pointer).asText() + "\n";
      broken("a line feed at the end", pointer, path, JSON.textNode(two));
    }
    if (schema.has("maxLength")) {
      String tooLong = "1".repeat(schema.path("maxLength").asInt() + 1);
      broken("one character too many", pointer, path, JSON.textNode(tooLong));
    }
    if (least > 0) {
      broken("one character too few", pointer, path, JSON.textNode("h".repeat(least - 1)));
    }
  }

  private void number(JsonNode schema, String pointer, String path) {
    if (schema.has("maximum")) {
      BigDecimal above = schema.get("maximum").decimalValue().add(BigDecimal.ONE);
      broken("one above the maximum", pointer, path, JSON.numberNode(above.toBigIntegerExact()));
    }
    if (schema.has("minimum")) {
      BigDecimal below = schema.get("minimum").decimalValue().subtract(BigDecimal.ONE);
      broken("one below the minimum", pointer, path, JSON.numberNode(below.toBigIntegerExact()));
    }
  }

  private static JsonNode ofAnotherType(JsonNode schema) {
    boolean text = schema.path("type").asText().equals("string");
    return text || schema.path("x-kubernetes-int-or-string").asBoolean()
        ? JSON.booleanNode(true)
        : JSON.textNode("x");
  }

  private void broken(String what, String pointer, String path, JsonNode value) {
    broken(what, pointer, path, path, value);
  }

  private void broken(String what, String pointer, String path, String refused, JsonNode value) {
    ObjectNode object = full.deepCopy();
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = object.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1);
    if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(last), value.deepCopy());
    } else {
      ((ObjectNode) parent).set(last, value.deepCopy());
    }
    TreeSet<String> fields = new TreeSet<>(List.of(refused));
    cases.add(
        new ObjectCase(kind, path + ": " + what, object, Optional.empty(), Optional.of(fields)));
  }
}
