package io.tidegate.cli.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Evaluates the {@code x-kubernetes-validations} of a structural schema, transition rules ({@code
 * oldSelf}) too. Kubernetes' own CEL functions are not added; our rules keep to core CEL and its
 * string and list extensions (kubernetes.io/docs/reference/using-api/cel).
 */
final class CelRules {
  private final Map<String, CelRuntime.Program> programs = new ConcurrentHashMap<>();
  private final Cel cel =
      CelFactory.standardCelBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .setOptions(CelOptions.current().build())
          .addVar("self", SimpleType.DYN)
          .addVar("oldSelf", SimpleType.DYN)
          .addCompilerLibraries(CelExtensions.strings(), CelExtensions.lists())
          .addRuntimeLibraries(CelExtensions.strings(), CelExtensions.lists())
          .build();

  /**
   * Compiles every rule below a schema, so that a rule that cannot run refuses its CRD instead of
   * the first object.
   *
   * @return one error per rule that does not compile, named by its path in the schema
   */
  List<FieldError> compileAll(JsonNode schema, String path) {
    List<FieldError> errors = new ArrayList<>();
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      try {
        program(rule.path("rule").asText());
      } catch (IllegalArgumentException e) {
        errors.add(
            FieldError.invalid(path, "\"" + rule.path("rule").asText() + "\"", e.getMessage()));
      }
    }
    schema
        .path("properties")
        .properties()
        .forEach(p -> errors.addAll(compileAll(p.getValue(), SchemaCheck.join(path, p.getKey()))));
    for (String below : List.of("items", "additionalProperties")) {
      if (schema.path(below).isObject()) {
        errors.addAll(compileAll(schema.get(below), path + "[]"));
      }
    }
    return errors;
  }

  /**
   * Runs every rule that applies.
   *
   * @param old the object as stored, absent on create: transition rules then do not run
   */
  List<FieldError> check(JsonNode schema, JsonNode object, Optional<JsonNode> old) {
    List<FieldError> errors = new ArrayList<>();
    walk(schema, object, old.orElse(null), "", errors);
    return errors;
  }

  private void walk(
      JsonNode schema, JsonNode value, JsonNode old, String path, List<FieldError> errors) {
    if (value == null || value.isNull()) {
      return;
    }
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      run(rule, value, old, path, errors);
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        JsonNode known = schema.path("properties").path(field.getKey());
        JsonNode below = known.isMissingNode() ? schema.path("additionalProperties") : known;
        JsonNode before = old == null ? null : old.get(field.getKey());
        walk(below, field.getValue(), before, SchemaCheck.join(path, field.getKey()), errors);
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        JsonNode before = correlated(schema, value.get(i), old);
        walk(schema.path("items"), value.get(i), before, path + "[" + i + "]", errors);
      }
    }
  }

  /** Only items of a list of type map have an identity that survives an update. */
  private static JsonNode correlated(JsonNode schema, JsonNode item, JsonNode oldList) {
    if (oldList == null || !schema.path("x-kubernetes-list-type").asText().equals("map")) {
      return null;
    }
    JsonNode key = SchemaCheck.keyOf(schema, item);
    for (JsonNode before : oldList) {
      if (SchemaCheck.keyOf(schema, before).equals(key)) {
        return before;
      }
    }
    return null;
  }

  private void run(
      JsonNode rule, JsonNode value, JsonNode old, String path, List<FieldError> errors) {
    String text = rule.path("rule").asText();
    boolean transition = text.contains("oldSelf");
    if (transition && old == null) {
      return;
    }
    Map<String, Object> variables = new HashMap<>();
    variables.put("self", plain(value));
    if (transition) {
      variables.put("oldSelf", plain(old));
    }
    String failure = null;
    try {
      if (!Boolean.TRUE.equals(program(text).eval(variables))) {
        failure = message(rule, text, variables);
      }
    } catch (CelEvaluationException e) {
      failure = "rule evaluation error: " + e.getMessage() + " evaluating rule: " + text;
    }
    if (failure != null) {
      String at = path + rule.path("fieldPath").asText("");
      errors.add(FieldError.rule(trimDot(at), reason(rule), SchemaCheck.typeName(value), failure));
    }
  }

  private String message(JsonNode rule, String text, Map<String, Object> variables)
      throws CelEvaluationException {
    String expression = rule.path("messageExpression").asText("");
    if (!expression.isEmpty()
        && program(expression).eval(variables) instanceof String said
        && !said.isBlank()) {
      return said;
    }
    return rule.path("message").asText("failed rule: " + text);
  }

  private static FieldError.Reason reason(JsonNode rule) {
    return switch (rule.path("reason").asText("")) {
      case "FieldValueForbidden" -> FieldError.Reason.FORBIDDEN;
      case "FieldValueRequired" -> FieldError.Reason.REQUIRED;
      case "FieldValueDuplicate" -> FieldError.Reason.DUPLICATE;
      default -> FieldError.Reason.INVALID;
    };
  }

  private CelRuntime.Program program(String text) {
    return programs.computeIfAbsent(text, this::compile);
  }

  private CelRuntime.Program compile(String text) {
    try {
      CelAbstractSyntaxTree tree = cel.compile(text).getAst();
      return cel.createProgram(tree);
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException("compilation failed: " + e.getMessage(), e);
    }
  }

  private static String trimDot(String path) {
    return path.startsWith(".") ? path.substring(1) : path;
  }

  /** JSON as CEL sees it in an API server: int, double, string, bool, list, map; names escaped. */
  private static Object plain(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> {
        Map<String, Object> map = new HashMap<>();
        value.properties().forEach(p -> map.put(CelNames.escape(p.getKey()), plain(p.getValue())));
        yield map;
      }
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        value.forEach(item -> list.add(plain(item)));
        yield list;
      }
      case NUMBER -> value.isIntegralNumber() ? (Object) value.longValue() : value.doubleValue();
      case BOOLEAN -> value.booleanValue();
      case NULL, MISSING -> dev.cel.common.values.NullValue.NULL_VALUE;
      default -> value.asText();
    };
  }
}
