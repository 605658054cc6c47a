package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.cli.embedded.schema.CustomKind;
import io.tidegate.cli.embedded.schema.FieldError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A request that the embedded API refuses; becomes a {@code Status} as the API server writes it.
 */
final class ApiRefusal extends RuntimeException {
  private final int code;
  private final String reason;
  private final ObjectNode details = JsonNodeFactory.instance.objectNode();

  ApiRefusal(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }

  static ApiRefusal badRequest(String message) {
    return new ApiRefusal(400, "BadRequest", message);
  }

  static ApiRefusal notFound(ResourcePath path) {
    String resource = path.plural() + (path.group().isEmpty() ? "" : "." + path.group());
    return new ApiRefusal(404, "NotFound", resource + " \"" + path.name() + "\" not found");
  }

  static ApiRefusal forbidden(String message) {
    return new ApiRefusal(403, "Forbidden", message);
  }

  static ApiRefusal unknownFields(List<FieldError> errors) {
    String fields =
        errors.stream()
            .map(e -> "unknown field \"" + e.field() + "\"")
            .collect(Collectors.joining(", "));
    ApiRefusal refusal = badRequest("strict decoding error: " + fields);
    refusal.causes(errors);
    return refusal;
  }

  static ApiRefusal invalid(CustomKind kind, String name, List<FieldError> errors) {
    return invalid(kind.kind(), kind.group(), name, errors);
  }

  /**
   * @param group empty for the core's
   */
  static ApiRefusal invalid(String kind, String group, String name, List<FieldError> errors) {
    String all = errors.stream().map(FieldError::message).collect(Collectors.joining(", "));
    String shown = errors.size() == 1 ? all : "[" + all + "]";
    String title = group.isEmpty() ? kind : kind + "." + group;
    String message = "%s \"%s\" is invalid: %s".formatted(title, name, shown);
    ApiRefusal refusal = new ApiRefusal(422, "Invalid", message);
    refusal.details.put("name", name).put("group", group).put("kind", kind);
    refusal.causes(errors);
    return refusal;
  }

  private void causes(List<FieldError> errors) {
    ArrayNode causes = details.putArray("causes");
    for (FieldError error : errors) {
      causes
          .addObject()
          .put("reason", error.reason().wireName())
          .put("message", error.detail())
          .put("field", error.field());
    }
  }

  ApiAnswer answer() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
    if (!details.isEmpty()) {
      status.set("details", details);
    }
    return new ApiAnswer(code, status.put("code", code));
  }
}
