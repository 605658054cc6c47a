package io.tidegate.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a definition takes away from whoever relies on an older one: an object that was stored or
 * applied under the older one may be refused, cut or read differently under the newer. Pure.
 *
 * <p>A new field may have any bounds. An API server spares unchanged fields of stored objects from
 * new bounds (ratcheting), but not whoever applies them anew; and a rule of an object holds for
 * every edit below it.
 */
final class CrdCompatibility {
  private static final List<Bound> AT_MOST =
      List.of(
          new Bound("maxLength", JSONSchemaProps::getMaxLength),
          new Bound("maxItems", JSONSchemaProps::getMaxItems),
          new Bound("maxProperties", JSONSchemaProps::getMaxProperties),
          new Bound("maximum", JSONSchemaProps::getMaximum));
  private static final List<Bound> AT_LEAST =
      List.of(
          new Bound("minLength", JSONSchemaProps::getMinLength),
          new Bound("minItems", JSONSchemaProps::getMinItems),
          new Bound("minProperties", JSONSchemaProps::getMinProperties),
          new Bound("minimum", JSONSchemaProps::getMinimum));

  private final String kind;
  private final List<Break> breaks = new ArrayList<>();

  private CrdCompatibility(String kind) {
    this.kind = kind;
  }

  /** How a newer definition hurts. */
  enum Change {
    NameChanged,
    VersionGone,
    FieldRemoved,
    FieldRequired,
    TypeChanged,
    BoundTightened,
    PatternChanged,
    EnumValueRemoved,
    DefaultChanged,
    ListTypeChanged,
    RuleAdded
  }

  /**
   * @param path in the object, such as {@code .spec.rules[].name}; of the definition where it is
   *     the definition itself that changed
   */
  record Break(String kind, String path, Change change, String detail) {}

  private record Bound(String name, Function<JSONSchemaProps, Number> of) {}

  static List<Break> breaks(CustomResourceDefinition older, CustomResourceDefinition newer) {
    CrdCompatibility check = new CrdCompatibility(older.getSpec().getNames().getKind());
    check.names(older.getSpec(), newer.getSpec());
    for (CustomResourceDefinitionVersion version : older.getSpec().getVersions()) {
      check.version(version, newer.getSpec());
    }
    return List.copyOf(check.breaks);
  }

  private void names(CustomResourceDefinitionSpec old, CustomResourceDefinitionSpec now) {
    same("group", old.getGroup(), now.getGroup());
    same("scope", old.getScope(), now.getScope());
    same("names.kind", old.getNames().getKind(), now.getNames().getKind());
    same("names.plural", old.getNames().getPlural(), now.getNames().getPlural());
    same("names.singular", old.getNames().getSingular(), now.getNames().getSingular());
    kept("names.shortNames", old.getNames().getShortNames(), now.getNames().getShortNames());
    kept("names.categories", old.getNames().getCategories(), now.getNames().getCategories());
  }

  private void same(String path, String old, String now) {
    if (!Objects.equals(old, now)) {
      add(path, Change.NameChanged, old + " became " + now);
    }
  }

  private void kept(String path, List<String> old, List<String> now) {
    old.stream()
        .filter(name -> !now.contains(name))
        .forEach(name -> add(path, Change.NameChanged, name + " is gone"));
  }

  private void version(CustomResourceDefinitionVersion old, CustomResourceDefinitionSpec spec) {
    Optional<CustomResourceDefinitionVersion> now =
        spec.getVersions().stream()
            .filter(version -> version.getName().equals(old.getName()))
            .filter(version -> !old.getServed() || version.getServed())
            .findFirst();
    if (now.isEmpty()) {
      add("versions", Change.VersionGone, old.getName() + " is no longer served");
      return;
    }
    if (old.getSubresources() != null
        && old.getSubresources().getStatus() != null
        && (now.get().getSubresources() == null
            || now.get().getSubresources().getStatus() == null)) {
      add("versions", Change.VersionGone, old.getName() + " has no status subresource");
    }
    schema("", old.getSchema().getOpenAPIV3Schema(), now.get().getSchema().getOpenAPIV3Schema());
  }

  private void schema(String path, JSONSchemaProps old, JSONSchemaProps now) {
    type(path, old, now);
    bounds(path, old, now);
    choices(path, old, now);
    required(path, old, now);
    rules(path, old, now);
    Map<String, JSONSchemaProps> after = GeneratedCrds.children(path, now);
    GeneratedCrds.children(path, old)
        .forEach(
            (name, child) -> {
              if (after.containsKey(name)) {
                schema(name, child, after.get(name));
              } else {
                add(name, Change.FieldRemoved, "stored values of it would be dropped");
              }
            });
  }

  private void type(String path, JSONSchemaProps old, JSONSchemaProps now) {
    if (!kindOfValue(old).equals(kindOfValue(now))
        || Boolean.TRUE.equals(old.getNullable()) && !Boolean.TRUE.equals(now.getNullable())) {
      add(path, Change.TypeChanged, kindOfValue(old) + " became " + kindOfValue(now));
    }
    List<Object> list = listKind(old);
    if (!list.equals(listKind(now))) {
      add(path, Change.ListTypeChanged, list + " became " + listKind(now));
    }
    if (!Objects.equals(old.getDefault(), now.getDefault())) {
      add(path, Change.DefaultChanged, old.getDefault() + " became " + now.getDefault());
    }
  }

  /** What kinds of JSON are taken, and how their content is read. */
  private static List<Object> kindOfValue(JSONSchemaProps schema) {
    return List.of(
        String.valueOf(schema.getType()),
        String.valueOf(schema.getFormat()),
        Boolean.TRUE.equals(schema.getXKubernetesIntOrString()),
        Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields()),
        schema.getAllOf(),
        schema.getAnyOf(),
        schema.getOneOf(),
        String.valueOf(schema.getNot()));
  }

  private static List<Object> listKind(JSONSchemaProps schema) {
    return List.of(
        String.valueOf(schema.getXKubernetesListType()),
        String.valueOf(schema.getXKubernetesListMapKeys()),
        String.valueOf(schema.getXKubernetesMapType()));
  }

  private void bounds(String path, JSONSchemaProps old, JSONSchemaProps now) {
    AT_MOST.forEach(bound -> bound(path, bound, old, now, -1));
    AT_LEAST.forEach(bound -> bound(path, bound, old, now, 1));
    exclusive(path, "exclusiveMaximum", old.getExclusiveMaximum(), now.getExclusiveMaximum());
    exclusive(path, "exclusiveMinimum", old.getExclusiveMinimum(), now.getExclusiveMinimum());
    if (now.getPattern() != null && !now.getPattern().equals(old.getPattern())) {
      add(path, Change.PatternChanged, old.getPattern() + " became " + now.getPattern());
    }
  }

  private void exclusive(String path, String bound, Boolean old, Boolean now) {
    if (Boolean.TRUE.equals(now) && !Boolean.TRUE.equals(old)) {
      add(path, Change.BoundTightened, bound);
    }
  }

  /**
   * @param tighter sign of a change towards fewer values
   */
  private void bound(
      String path, Bound bound, JSONSchemaProps old, JSONSchemaProps now, int tighter) {
    Number before = bound.of().apply(old);
    Number after = bound.of().apply(now);
    if (after != null
        && (before == null
            || Double.compare(after.doubleValue(), before.doubleValue()) * tighter > 0)) {
      add(path, Change.BoundTightened, bound.name() + " " + before + " became " + after);
    }
  }

  private void choices(String path, JSONSchemaProps old, JSONSchemaProps now) {
    List<JsonNode> before = old.getEnum();
    List<JsonNode> after = now.getEnum();
    if (after.isEmpty()) {
      return;
    }
    if (before.isEmpty()) {
      add(path, Change.EnumValueRemoved, "every value but " + after);
    }
    before.stream()
        .filter(value -> !after.contains(value))
        .forEach(value -> add(path, Change.EnumValueRemoved, value.asText()));
  }

  private void required(String path, JSONSchemaProps old, JSONSchemaProps now) {
    for (String name : now.getRequired()) {
      boolean given = now.getProperties().get(name).getDefault() != null;
      if (!old.getRequired().contains(name) && !given) {
        add(path + "." + name, Change.FieldRequired, "objects without it would be refused");
      }
    }
  }

  private void rules(String path, JSONSchemaProps old, JSONSchemaProps now) {
    List<String> before =
        old.getXKubernetesValidations().stream().map(ValidationRule::getRule).toList();
    now.getXKubernetesValidations().stream()
        .filter(rule -> !before.contains(rule.getRule()))
        .forEach(rule -> add(path, Change.RuleAdded, rule.getMessage()));
  }

  private void add(String path, Change change, String detail) {
    breaks.add(new Break(kind, path, change, detail));
  }
}
