package io.tidegate.sidecar.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The whole contract as one JSON object in a header. */
final class TaskHeader {
  static final String NAME = "x-tidegate-task";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<TaskField, String> values;

  private TaskHeader(Map<TaskField, String> values) {
    this.values = values;
  }

  /** Null if it is not stated there. */
  Statement statement(TaskField field) {
    String value = values.get(field);
    return value == null
        ? null
        : Statement.of(field, value, "'" + field.key() + "' in header " + NAME);
  }

  static TaskHeader read(MultiMap headers) throws StatementFault {
    List<String> stated = headers.getAll(NAME);
    if (stated.isEmpty()) {
      return new TaskHeader(Map.of());
    }
    if (stated.size() > 1) {
      throw fault("stands more than once. Send it once");
    }
    try (JsonParser json = JSON.createParser(stated.getFirst())) {
      return new TaskHeader(object(json));
    } catch (IOException e) {
      throw fault("is no JSON object of the contract's fields, each once");
    }
  }

  private static Map<TaskField, String> object(JsonParser json) throws IOException, StatementFault {
    Map<TaskField, String> values = new EnumMap<>(TaskField.class);
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw fault("must be a JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      TaskField field = field(json.currentName());
      JsonToken token = json.nextToken();
      if (token.isStructEnd() || token.isStructStart()) {
        throw fault("has a list or an object at '" + field.key() + "'; send a text");
      }
      if (token != JsonToken.VALUE_NULL) {
        values.put(field, json.getText());
      }
    }
    if (json.nextToken() != null) {
      throw fault("has something behind its JSON object");
    }
    return values;
  }

  private static TaskField field(String name) throws StatementFault {
    for (TaskField field : TaskField.values()) {
      if (field.key().equals(name)) {
        return field;
      }
    }
    throw fault(
        "has the unknown field '"
            + (name.length() <= 80 ? name : name.substring(0, 80) + "...")
            + "'; it takes "
            + Arrays.stream(TaskField.values())
                .map(TaskField::key)
                .collect(Collectors.joining(", ")));
  }

  private static StatementFault fault(String what) {
    return new StatementFault(
        Reason.MALFORMED_REQUEST, NAME, "The header " + NAME + " " + what + ".");
  }
}
