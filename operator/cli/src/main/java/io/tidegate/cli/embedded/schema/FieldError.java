package io.tidegate.cli.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One field that a schema refuses, in the API server's own words (k8s.io/apimachinery
 * util/validation/field), so that a message learnt here is the message of a real cluster.
 *
 * @param field path from the object's root, such as {@code spec.rules[0].targets}
 * @param reason machine-readable cause, as in a Status's {@code details.causes}
 * @param detail the sentence after the path
 */
public record FieldError(String field, Reason reason, String detail) {
  /** Causes, with the name that the API server writes into a Status. */
  public enum Reason {
    REQUIRED("FieldValueRequired"),
    INVALID("FieldValueInvalid"),
    NOT_SUPPORTED("FieldValueNotSupported"),
    DUPLICATE("FieldValueDuplicate"),
    FORBIDDEN("FieldValueForbidden"),
    TYPE_INVALID("FieldValueTypeInvalid"),
    TOO_LONG("FieldValueTooLong"),
    TOO_MANY("FieldValueTooMany"),
    UNKNOWN("FieldUnknown");

    /** Errors of structure: CEL rules do not run beside them. */
    private static final Set<Reason> BLOCKING =
        EnumSet.of(REQUIRED, NOT_SUPPORTED, TYPE_INVALID, TOO_LONG, TOO_MANY);

    private final String wireName;

    Reason(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }

    boolean isBlocking() {
      return BLOCKING.contains(this);
    }
  }

  /** Path and sentence in one line. */
  public String message() {
    return field + ": " + detail;
  }

  /** Said in place of CEL's own errors where the structure does not hold. */
  static FieldError rulesNotChecked() {
    return new FieldError(
        "<nil>",
        Reason.INVALID,
        "Invalid value: null: some validation rules were not checked because the object was"
            + " invalid; correct the existing errors to complete validation");
  }

  static FieldError required(String field) {
    return new FieldError(field, Reason.REQUIRED, "Required value");
  }

  static FieldError unknown(String field) {
    return new FieldError(field, Reason.UNKNOWN, "unknown field \"" + field + "\"");
  }

  static FieldError invalid(String field, String shownValue, String why) {
    return new FieldError(field, Reason.INVALID, "Invalid value: " + shownValue + ": " + why);
  }

  static FieldError wrongType(String field, String found, String wanted) {
    String why =
        "%s in body must be of type %s: \"%s\""
            .formatted(field.isEmpty() ? "" : field, wanted, found);
    return new FieldError(field, Reason.TYPE_INVALID, "Invalid value: \"" + found + "\": " + why);
  }

  static FieldError unsupported(String field, JsonNode value, JsonNode allowed) {
    List<String> names =
        StreamSupport.stream(allowed.spliterator(), false).map(JsonNode::toString).toList();
    return new FieldError(
        field,
        Reason.NOT_SUPPORTED,
        "Unsupported value: "
            + value
            + ": supported values: "
            + names.stream().collect(Collectors.joining(", ")));
  }

  static FieldError tooLong(String field, long most) {
    return new FieldError(
        field, Reason.TOO_LONG, "Too long: may not be more than " + most + " bytes");
  }

  static FieldError tooMany(String field, long found, long most) {
    return new FieldError(
        field, Reason.TOO_MANY, "Too many: " + found + ": must have at most " + most + " items");
  }

  static FieldError duplicate(String field, JsonNode value) {
    return new FieldError(field, Reason.DUPLICATE, "Duplicate value: " + value);
  }

  static FieldError rule(String field, Reason reason, String typeName, String message) {
    String prefix =
        switch (reason) {
          case FORBIDDEN -> "Forbidden: ";
          case REQUIRED -> "Required value: ";
          case DUPLICATE -> "Duplicate value: \"" + typeName + "\": ";
          default -> "Invalid value: \"" + typeName + "\": ";
        };
    return new FieldError(field, reason, prefix + message);
  }
}
