package io.tidegate.api;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Judges an object as an API server would: structure and bounds, defaults, list keys, CEL. */
final class SchemaCheck {
  private static final Cel CEL =
      CelFactory.standardCelBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("self", SimpleType.DYN)
          .addVar("oldSelf", SimpleType.DYN)
          .build();
  private final Map<String, JSONSchemaProps> schemas;
  private final List<String> complaints = new ArrayList<>();

  private SchemaCheck(Map<String, JSONSchemaProps> schemas) {
    this.schemas = schemas;
  }

  /** Complaints about a new object; empty if an API server would take it. */
  static List<String> create(Map<String, Object> object) throws IOException {
    return update(object, null);
  }

  /** Complaints about an object that replaces another; its defaults are written into it. */
  static List<String> update(Map<String, Object> object, Map<String, Object> old)
      throws IOException {
    SchemaCheck check =
        new SchemaCheck(
            GeneratedCrds.crds().stream()
                .collect(
                    Collectors.toMap(
                        (CustomResourceDefinition crd) -> crd.getSpec().getNames().getKind(),
                        crd ->
                            crd.getSpec()
                                .getVersions()
                                .getFirst()
                                .getSchema()
                                .getOpenAPIV3Schema())));
    JSONSchemaProps schema = check.schemas.get(String.valueOf(object.get("kind")));
    if (schema == null) {
      return List.of("no such kind: " + object.get("kind"));
    }
    Object spec = object.get("spec");
    if (spec == null) {
      return List.of("spec is required");
    }
    check.value(
        "spec", schema.getProperties().get("spec"), spec, old == null ? null : old.get("spec"));
    return check.complaints;
  }

  private void value(String path, JSONSchemaProps schema, Object value, Object old) {
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      bounds(path, schema, String.valueOf(value));
      return;
    }
    switch (value) {
      case Map<?, ?> map when "object".equals(schema.getType()) ->
          object(path, schema, mutable(map), old instanceof Map<?, ?> was ? was : Map.of());
      case List<?> list when "array".equals(schema.getType()) -> list(path, schema, list);
      case String text when "string".equals(schema.getType()) -> bounds(path, schema, text);
      case Number number when "integer".equals(schema.getType()) -> bounds(path, schema, number);
      case Boolean any when "boolean".equals(schema.getType()) -> {}
      default -> complaints.add(path + " must be of type " + schema.getType());
    }
    rules(path, schema, value, old);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mutable(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  private void object(
      String path, JSONSchemaProps schema, Map<String, Object> object, Map<?, ?> old) {
    if (schema.getAdditionalProperties() != null) {
      atMost(path, object.size(), schema.getMaxProperties());
      JSONSchemaProps each = schema.getAdditionalProperties().getSchema();
      object.forEach((name, value) -> value(path + "." + name, each, value, null));
      return;
    }
    schema
        .getProperties()
        .forEach(
            (name, property) -> {
              if (property.getDefault() != null && !object.containsKey(name)) {
                object.put(name, GeneratedCrds.plain(property.getDefault()));
              }
            });
    if (schema.getRequired() != null) {
      schema.getRequired().stream()
          .filter(name -> !object.containsKey(name))
          .forEach(name -> complaints.add(path + "." + name + " is required"));
    }
    for (Map.Entry<String, Object> entry : new LinkedHashMap<>(object).entrySet()) {
      JSONSchemaProps property = schema.getProperties().get(entry.getKey());
      if (property == null) {
        complaints.add(path + "." + entry.getKey() + " is an unknown field");
      } else {
        value(path + "." + entry.getKey(), property, entry.getValue(), old.get(entry.getKey()));
      }
    }
  }

  private void list(String path, JSONSchemaProps schema, List<?> list) {
    atMost(path, list.size(), schema.getMaxItems());
    if (schema.getMinItems() != null && list.size() < schema.getMinItems()) {
      complaints.add(path + " is too short");
    }
    List<String> keys = schema.getXKubernetesListMapKeys();
    HashSet<Object> seen = new HashSet<>();
    for (Object item : list) {
      value(path + "[]", schema.getItems().getSchema(), item, null);
      boolean keyed = "map".equals(schema.getXKubernetesListType());
      Object identity = keyed && item instanceof Map<?, ?> map ? map.get(keys.getFirst()) : item;
      if (!"atomic".equals(schema.getXKubernetesListType()) && !seen.add(identity)) {
        complaints.add(path + " holds " + identity + " twice");
      }
    }
  }

  private void bounds(String path, JSONSchemaProps schema, String text) {
    atMost(path, text.length(), schema.getMaxLength());
    if (schema.getMinLength() != null && text.length() < schema.getMinLength()) {
      complaints.add(path + " is too short");
    }
    if (schema.getPattern() != null && !Pattern.compile(schema.getPattern()).matcher(text).find()) {
      complaints.add(path + " does not match " + schema.getPattern());
    }
    if (!schema.getEnum().isEmpty()
        && schema.getEnum().stream().noneMatch(choice -> choice.asText().equals(text))) {
      complaints.add(path + " is none of " + schema.getEnum());
    }
  }

  private void bounds(String path, JSONSchemaProps schema, Number number) {
    if (schema.getMinimum() != null && number.doubleValue() < schema.getMinimum()
        || schema.getMaximum() != null && number.doubleValue() > schema.getMaximum()) {
      complaints.add(path + " is out of bounds");
    }
  }

  private void atMost(String path, long size, Long most) {
    if (most != null && size > most) {
      complaints.add(path + " is too long");
    }
  }

  private void rules(String path, JSONSchemaProps schema, Object value, Object old) {
    for (ValidationRule rule : schema.getXKubernetesValidations()) {
      boolean transition = rule.getRule().contains("oldSelf");
      if (transition && old == null) {
        continue;
      }
      if (!holds(rule.getRule(), value, old)) {
        String field = rule.getFieldPath() == null ? "" : rule.getFieldPath();
        complaints.add(path + field + ": " + rule.getMessage());
      }
    }
  }

  private static boolean holds(String rule, Object self, Object old) {
    try {
      Map<String, Object> names = new LinkedHashMap<>();
      names.put("self", wide(self));
      names.put("oldSelf", old == null ? Map.of() : wide(old));
      return Boolean.TRUE.equals(CEL.createProgram(CEL.compile(rule).getAst()).eval(names));
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalStateException(rule, e);
    }
  }

  /** CEL knows 64-bit integers only. */
  private static Object wide(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case List<?> list -> list.stream().map(SchemaCheck::wide).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, each) -> copy.put(key, wide(each)));
        yield copy;
      }
      default -> value;
    };
  }
}
