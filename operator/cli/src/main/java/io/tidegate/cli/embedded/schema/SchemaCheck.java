package io.tidegate.cli.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Checks a JSON value against a structural OpenAPI v3 schema of a CustomResourceDefinition and
 * collects every error, with the path and the words of the API server.
 *
 * <p>Covered: type, nullable, required, enum, bounds on numbers, strings, lists and maps, pattern,
 * unknown fields, {@code x-kubernetes-list-type} set and map, int-or-string. Not covered: {@code
 * format}, {@code allOf}/{@code anyOf}/{@code oneOf}; our CRDs have none.
 */
final class SchemaCheck {
  private static final Set<String> ROOT_FIELDS = Set.of("apiVersion", "kind", "metadata");

  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  /** Errors of a whole object; an empty list when it may be stored. */
  List<FieldError> check(JsonNode schema, JsonNode object) {
    List<FieldError> errors = new ArrayList<>();
    value(schema, object, "", errors);
    return errors;
  }

  /** Paths that the schema does not know, as a strict decoder reports them. */
  List<FieldError> unknownFields(JsonNode schema, JsonNode object) {
    List<FieldError> errors = new ArrayList<>();
    unknown(schema, object, "", errors);
    return errors;
  }

  private void unknown(JsonNode schema, JsonNode value, String path, List<FieldError> errors) {
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      return;
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        unknown(schema.path("items"), value.get(i), path + "[" + i + "]", errors);
      }
      return;
    }
    JsonNode known = schema.path("properties");
    JsonNode additional = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (path.isEmpty() && ROOT_FIELDS.contains(field.getKey())) {
        continue;
      }
      String at = join(path, field.getKey());
      if (known.has(field.getKey())) {
        unknown(known.get(field.getKey()), field.getValue(), at, errors);
      } else if (additional.isObject()) {
        unknown(additional, field.getValue(), at, errors);
      } else if (!additional.asBoolean()) {
        errors.add(FieldError.unknown(at));
      }
    }
  }

  private void value(JsonNode schema, JsonNode value, String path, List<FieldError> errors) {
    if (value.isNull() && schema.path("nullable").asBoolean()) {
      return;
    }
    boolean fits = typeFits(schema, value);
    if (!fits) {
      errors.add(FieldError.wrongType(path, typeName(value), schema.path("type").asText("object")));
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      errors.add(FieldError.unsupported(path, value, schema.get("enum")));
    }
    if (!fits && !value.isNumber()) {
      return;
    }
    switch (value.getNodeType()) {
      case OBJECT -> object(schema, (ObjectNode) value, path, errors);
      case ARRAY -> list(schema, value, path, errors);
      case STRING -> string(schema, value.asText(), path, errors);
      case NUMBER -> number(schema, value, path, errors);
      default -> {}
    }
  }

  private void object(JsonNode schema, ObjectNode value, String path, List<FieldError> errors) {
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        errors.add(FieldError.required(join(path, name.asText())));
      }
    }
    long most = schema.path("maxProperties").asLong(Long.MAX_VALUE);
    if (value.size() > most) {
      errors.add(FieldError.tooMany(path, value.size(), most));
    }
    long least = schema.path("minProperties").asLong(0);
    if (value.size() < least) {
      String why = path + " in body should have at least " + least + " properties";
      errors.add(FieldError.invalid(path, Integer.toString(value.size()), why));
    }
    JsonNode known = schema.path("properties");
    JsonNode additional = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (path.isEmpty() && ROOT_FIELDS.contains(field.getKey())) {
        continue;
      }
      JsonNode of = known.has(field.getKey()) ? known.get(field.getKey()) : additional;
      if (of.isObject()) {
        value(of, field.getValue(), join(path, field.getKey()), errors);
      }
    }
  }

  private void list(JsonNode schema, JsonNode value, String path, List<FieldError> errors) {
    long most = schema.path("maxItems").asLong(Long.MAX_VALUE);
    if (value.size() > most) {
      errors.add(FieldError.tooMany(path, value.size(), most));
    }
    long least = schema.path("minItems").asLong(0);
    if (value.size() < least) {
      String why = path + " in body should have at least " + least + " items";
      errors.add(FieldError.invalid(path, Integer.toString(value.size()), why));
    }
    for (int i = 0; i < value.size(); i++) {
      value(schema.path("items"), value.get(i), path + "[" + i + "]", errors);
    }
    duplicates(schema, value, path, errors);
  }

  private static void duplicates(
      JsonNode schema, JsonNode value, String path, List<FieldError> errors) {
    String listType = schema.path("x-kubernetes-list-type").asText("atomic");
    if (listType.equals("atomic")) {
      return;
    }
    boolean map = listType.equals("map");
    Map<JsonNode, Integer> seen = new HashMap<>();
    for (int i = 0; i < value.size(); i++) {
      String at = path + "[" + i + "]";
      if (map && !value.get(i).isObject()) {
        String why = "must be an object for an array of list-type map";
        errors.add(FieldError.invalid(at, value.get(i).toString(), why));
        continue;
      }
      JsonNode key = map ? keyOf(schema, value.get(i)) : value.get(i);
      if (seen.merge(key, 1, Integer::sum) == 2) {
        errors.add(FieldError.duplicate(at, key));
      }
    }
  }

  /** The identifying fields of an item of a list of type map, as an object. */
  static JsonNode keyOf(JsonNode schema, JsonNode item) {
    ObjectNode key = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    schema
        .path("x-kubernetes-list-map-keys")
        .forEach(name -> key.set(name.asText(), item.path(name.asText())));
    return key;
  }

  /** The first bound that the text breaks; an API server names no second one. */
  private void string(JsonNode schema, String value, String path, List<FieldError> errors) {
    int length = value.codePointCount(0, value.length());
    long most = schema.path("maxLength").asLong(Long.MAX_VALUE);
    if (length > most) {
      errors.add(FieldError.tooLong(path, most));
      return;
    }
    long least = schema.path("minLength").asLong(0);
    String shown = quoted(value);
    if (length < least) {
      String why = path + " in body should be at least " + least + " chars long";
      errors.add(FieldError.invalid(path, shown, why));
      return;
    }
    String pattern = schema.path("pattern").asText(null);
    if (pattern != null
        && !patterns.computeIfAbsent(pattern, Pattern::compile).matcher(value).find()) {
      String why = path + " in body should match '" + pattern + "'";
      errors.add(FieldError.invalid(path, shown, why));
    }
  }

  private static void number(
      JsonNode schema, JsonNode value, String path, List<FieldError> errors) {
    if (schema.has("minimum")
        && value.decimalValue().compareTo(schema.get("minimum").decimalValue()) < 0) {
      String why =
          path + " in body should be greater than or equal to " + plain(schema.get("minimum"));
      errors.add(FieldError.invalid(path, value.toString(), why));
    }
    if (schema.has("maximum")
        && value.decimalValue().compareTo(schema.get("maximum").decimalValue()) > 0) {
      String why =
          path + " in body should be less than or equal to " + plain(schema.get("maximum"));
      errors.add(FieldError.invalid(path, value.toString(), why));
    }
  }

  private static boolean typeFits(JsonNode schema, JsonNode value) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return value.isIntegralNumber() || value.isTextual();
    }
    return switch (schema.path("type").asText("")) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> isWhole(value);
      case "number" -> value.isNumber();
      default -> true;
    };
  }

  /** 64 bits, as a server decodes it; {@code 1.0} is an integer too, since JSON has one number. */
  private static boolean isWhole(JsonNode value) {
    return value.isNumber()
        && value.canConvertToLong()
        && value.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  static String typeName(JsonNode value) {
    if (value.getNodeType() == JsonNodeType.NUMBER) {
      return isWhole(value) ? "integer" : "number";
    }
    return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode item : list) {
      if (item.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static String plain(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }

  private static String quoted(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String shown =
        bytes.length > 80 ? value.substring(0, Math.min(60, value.length())) + "..." : value;
    return shown
        .codePoints()
        .mapToObj(c -> c == '"' ? "\\\"" : Character.toString(c))
        .collect(Collectors.joining("", "\"", "\""));
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
