package io.tidegate.cli.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One kind that a CustomResourceDefinition declares, with what it demands of its objects.
 *
 * <p>Thread-safe. Only the storage version is served; our CRDs have one.
 */
public final class CustomKind {
  private final String group;
  private final String version;
  private final String kind;
  private final String plural;
  private final JsonNode schema;
  private final SchemaCheck structure = new SchemaCheck();
  private final CelRules rules;
  private final boolean hasStatus;

  private CustomKind(JsonNode definition, JsonNode version, CelRules rules) {
    JsonNode spec = definition.path("spec");
    this.group = spec.path("group").asText();
    this.version = version.path("name").asText();
    this.kind = spec.path("names").path("kind").asText();
    this.plural = spec.path("names").path("plural").asText();
    this.schema = version.path("schema").path("openAPIV3Schema");
    this.rules = rules;
    this.hasStatus = version.path("subresources").has("status");
  }

  /**
   * Reads a CustomResourceDefinition (apiextensions.k8s.io/v1).
   *
   * @throws IllegalArgumentException when it has no storage version or a rule does not compile
   */
  public static CustomKind of(JsonNode definition) {
    JsonNode spec = definition.path("spec");
    for (JsonNode version : spec.path("versions")) {
      if (version.path("storage").asBoolean()) {
        CustomKind kind = new CustomKind(definition, version, new CelRules());
        List<FieldError> broken = kind.rules.compileAll(kind.schema, "");
        if (!broken.isEmpty()) {
          throw new IllegalArgumentException(broken.getFirst().message());
        }
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "spec.versions: Required value: no version has storage: true");
  }

  public String group() {
    return group;
  }

  public String version() {
    return version;
  }

  public String kind() {
    return kind;
  }

  public String plural() {
    return plural;
  }

  /** Whether status is written by its own path only; what a create says of it is then ignored. */
  public boolean hasStatus() {
    return hasStatus;
  }

  /** Fields that the schema does not know; a strict API server refuses them before all else. */
  public List<FieldError> unknownFields(JsonNode object) {
    List<FieldError> errors = new ArrayList<>(structure.unknownFields(schema, object));
    errors.addAll(MetadataCheck.unknownFields(object.path("metadata")));
    return errors;
  }

  /** Writes the schema's defaults into the object. */
  public void applyDefaults(ObjectNode object) {
    SchemaDefaults.apply(schema, object);
  }

  /**
   * Every reason not to store the object. Rules in CEL run beside values out of bounds, not beside
   * errors of structure (apiextensions-apiserver registry/customresource/strategy.go).
   *
   * @param old the stored object that an update replaces
   */
  public List<FieldError> check(ObjectNode object, Optional<JsonNode> old) {
    List<FieldError> errors = new ArrayList<>(MetadataCheck.check(object.path("metadata")));
    String said = object.path("kind").asText();
    if (!said.equals(kind)) {
      errors.add(FieldError.invalid("kind", '"' + said + '"', "must be " + kind));
    }
    errors.addAll(structure.check(schema, object));
    if (errors.stream().anyMatch(e -> e.reason().isBlocking())) {
      errors.add(FieldError.rulesNotChecked());
    } else {
      errors.addAll(rules.check(schema, object, old));
    }
    return errors;
  }
}
