package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.TaskField;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Fields of the request contract in the dialect's own metadata: OpenAI's {@code metadata}, {@code
 * user} and {@code safety_identifier}, Anthropic's {@code metadata.user_id}.
 */
final class Metadata {
  private static final Set<TaskField> USER = EnumSet.of(TaskField.USER_ID);
  private static final Set<TaskField> TASK = EnumSet.allOf(TaskField.class);

  private final Dialect dialect;
  private final JsonScanner json;
  private final Map<TaskField, String> stated = new EnumMap<>(TaskField.class);
  private String user;
  private String safetyIdentifier;

  Metadata(Dialect dialect, JsonScanner json) {
    this.dialect = dialect;
    this.json = json;
  }

  /** {@code metadata.user_id} goes before {@code user}, that before {@code safety_identifier}. */
  Map<TaskField, String> fields() {
    if (user != null) {
      stated.putIfAbsent(TaskField.USER_ID, user);
    }
    if (safetyIdentifier != null) {
      stated.putIfAbsent(TaskField.USER_ID, safetyIdentifier);
    }
    return Collections.unmodifiableMap(stated);
  }

  /** Reads the value of the top-level field, whose first token is given. */
  void read(String name, JsonScanner.Token first) throws NotJson, FieldFault {
    boolean text = first == JsonScanner.Token.STRING && dialect == Dialect.OpenAI;
    if (text && "user".equals(name)) {
      user = json.text();
    } else if (text && "safety_identifier".equals(name)) {
      safetyIdentifier = json.text();
    } else if ("metadata".equals(name) && first == JsonScanner.Token.OBJECT_START) {
      object();
    } else {
      json.skip(first);
    }
  }

  private void object() throws NotJson, FieldFault {
    Set<TaskField> seen = EnumSet.noneOf(TaskField.class);
    while (json.next() == JsonScanner.Token.NAME) {
      TaskField field = field(json.text());
      JsonScanner.Token value = json.next();
      if (field != null && !seen.add(field)) {
        String path = "metadata." + field.key();
        throw new FieldFault(path, "The field '" + path + "' stands twice. Send it once.");
      }
      switch (value) {
        case STRING, NUMBER, TRUE, FALSE -> {
          if (field != null) {
            stated.put(field, json.text());
          }
        }
        default -> json.skip(value);
      }
    }
  }

  /**
   * The field that the dialect reads by this name; null for the client's own keys.
   *
   * @throws FieldFault where it is one in another case: a server may read it as that one
   */
  private TaskField field(String name) throws FieldFault {
    String folded = JsonText.folded(name);
    for (TaskField field : dialect == Dialect.Anthropic ? USER : TASK) {
      if (field.key().equals(folded)) {
        if (!folded.equals(name)) {
          throw RequestWalk.misspelt("metadata." + name, folded);
        }
        return field;
      }
    }
    return null;
  }
}
