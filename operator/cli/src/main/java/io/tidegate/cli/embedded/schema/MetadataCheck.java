package io.tidegate.cli.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an API server demands of {@code metadata}: its fields, the name, labels and the keys of
 * annotations (k8s.io/apimachinery api/validation/objectmeta.go, util/validation).
 */
public final class MetadataCheck {
  private static final Set<String> FIELDS =
      Set.of(
          "annotations",
          "creationTimestamp",
          "deletionGracePeriodSeconds",
          "deletionTimestamp",
          "finalizers",
          "generateName",
          "generation",
          "labels",
          "managedFields",
          "name",
          "namespace",
          "ownerReferences",
          "resourceVersion",
          "selfLink",
          "uid");
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern NAME_PART =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");

  private MetadataCheck() {}

  static List<FieldError> unknownFields(JsonNode metadata) {
    List<FieldError> errors = new ArrayList<>();
    metadata.fieldNames().forEachRemaining(name -> unknown(name, errors));
    return errors;
  }

  private static void unknown(String name, List<FieldError> errors) {
    if (!FIELDS.contains(name)) {
      errors.add(FieldError.unknown("metadata." + name));
    }
  }

  /** What is wrong with the object's name; of every kind, ours or the server's own. */
  public static List<FieldError> name(JsonNode metadata) {
    String name = metadata.path("name").asText("");
    if (name.isEmpty()) {
      return List.of(
          new FieldError(
              "metadata.name",
              FieldError.Reason.REQUIRED,
              "Required value: name or generateName is required"));
    }
    return name.length() <= 253 && SUBDOMAIN.matches(name)
        ? List.of()
        : List.of(
            FieldError.invalid(
                "metadata.name",
                '"' + name + '"',
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.', and must start and end with an alphanumeric"
                    + " character"));
  }

  static List<FieldError> check(JsonNode metadata) {
    List<FieldError> errors = new ArrayList<>(name(metadata));
    for (Map.Entry<String, JsonNode> label : metadata.path("labels").properties()) {
      key("metadata.labels", label.getKey(), errors);
      value(label.getValue().asText(), errors);
    }
    metadata
        .path("annotations")
        .fieldNames()
        .forEachRemaining(
            key -> key("metadata.annotations", key.toLowerCase(java.util.Locale.ROOT), errors));
    return errors;
  }

  private static void key(String field, String key, List<FieldError> errors) {
    int slash = key.indexOf('/');
    String prefix = slash < 0 ? null : key.substring(0, slash);
    String part = key.substring(slash + 1);
    boolean prefixFits = prefix == null || (prefix.length() <= 253 && SUBDOMAIN.matches(prefix));
    if (!prefixFits || part.length() > 63 || !NAME_PART.matches(part)) {
      errors.add(
          FieldError.invalid(
              field,
              '"' + key + '"',
              "name part must consist of alphanumeric characters, '-', '_' or '.', and must start"
                  + " and end with an alphanumeric character"));
    }
  }

  private static void value(String value, List<FieldError> errors) {
    if (value.length() > 63 || (!value.isEmpty() && !NAME_PART.matches(value))) {
      errors.add(
          FieldError.invalid(
              "metadata.labels",
              '"' + value + '"',
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and must start and end with an alphanumeric character"));
    }
  }
}
