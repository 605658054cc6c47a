package io.tidegate.sidecar.identity;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Profile.CallSource;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.MultiMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads each field of the contract from the most trusted place that states it: the platform's pin,
 * then, as far as the profile believes them, the field's header, the task header, the dialect's
 * metadata; then the profile's default.
 *
 * <p>A pin wins in silence: SDKs and frameworks send a user of their own accord, and a call must
 * not fail for that. What was overruled is reported, so that the event can say it.
 */
public final class TaskReader {
  private static final List<CallSource> EVERY_SOURCE = List.of(CallSource.values());

  private final Profile profile;
  private final MultiMap headers;
  private final Map<TaskField, String> metadata;
  private final Set<TaskField> overruled = EnumSet.noneOf(TaskField.class);
  private TaskHeader taskHeader;

  private TaskReader(Profile profile, MultiMap headers, Map<TaskField, String> metadata) {
    this.profile = profile;
    this.headers = headers;
    this.metadata = metadata;
  }

  /**
   * @param metadata fields that the request's body states
   */
  public static Reading read(Profile profile, MultiMap headers, Map<TaskField, String> metadata) {
    try {
      return new TaskReader(profile, headers, metadata).read();
    } catch (StatementFault e) {
      return new Reading.Refused(
          Refusal.by(e.reason(), profile.object(), e.rule(), e.getMessage()));
    }
  }

  private Reading read() throws StatementFault {
    String[] values = new String[TaskField.values().length];
    for (TaskField field : TaskField.values()) {
      values[field.ordinal()] = value(field, rule(field));
    }
    return new Reading.Read(new Task(values), overruled);
  }

  /** Null if nothing is said about the field. */
  private Profile.FieldRule rule(TaskField field) {
    for (Profile.FieldRule rule : profile.identity()) {
      if (rule.field() == field) {
        return rule;
      }
    }
    return null;
  }

  private String value(TaskField field, Profile.FieldRule rule) throws StatementFault {
    if (rule != null && rule.pinned() != null) {
      noteOverruled(field, rule.pinned());
      return rule.pinned();
    }
    for (CallSource source :
        rule == null
            ? EVERY_SOURCE
            : EVERY_SOURCE.stream().filter(rule.sources()::contains).toList()) {
      Statement statement = statement(field, source);
      if (statement != null) {
        return rule == null ? statement.checked() : allowed(statement.checked(), statement, rule);
      }
    }
    if (rule != null && rule.defaultValue() != null) {
      return rule.defaultValue();
    }
    if (rule != null && rule.required()) {
      throw new StatementFault(
          Reason.TASK_FIELD_REQUIRED,
          field.key(),
          named(profile.object())
              + " requires the field '"
              + field.key()
              + "', and the call does not state it. Send it as "
              + places(field, rule.sources())
              + ", or give the field a default in spec.identity.");
    }
    return null;
  }

  private Statement statement(TaskField field, CallSource source) throws StatementFault {
    return switch (source) {
      case Header -> Statement.header(field, headers);
      case Task -> {
        if (taskHeader == null) {
          taskHeader = TaskHeader.read(headers);
        }
        yield taskHeader.statement(field);
      }
      case Metadata -> Statement.metadata(field, metadata.get(field));
    };
  }

  private void noteOverruled(TaskField field, String pinned) {
    List<String> stated = headers.getAll(field.header());
    String inBody = metadata.get(field);
    String inTask = inTaskHeader(field);
    if (stated.stream().anyMatch(value -> !value.equals(pinned))
        || inTask != null && !inTask.equals(pinned)
        || inBody != null && !inBody.equals(pinned)) {
      overruled.add(field);
    }
  }

  /** Null if it is not stated there, or nobody can tell: a pin holds against a broken header. */
  private String inTaskHeader(TaskField field) {
    try {
      Statement statement = statement(field, CallSource.Task);
      return statement == null ? null : statement.value();
    } catch (StatementFault unreadable) {
      return null;
    }
  }

  /** The allowed spelling, for fields of a few words also where only the case differs. */
  private String allowed(String value, Statement statement, Profile.FieldRule rule)
      throws StatementFault {
    if (rule.allowedValues().isEmpty() || rule.allowedValues().contains(value)) {
      return value;
    }
    if (isWord(rule.field())) {
      for (String allowed : rule.allowedValues()) {
        if (allowed.equalsIgnoreCase(value)) {
          return allowed;
        }
      }
    }
    throw new StatementFault(
        Reason.TASK_FIELD_NOT_ALLOWED,
        rule.field().key(),
        named(profile.object())
            + " does not allow '"
            + value
            + "' for '"
            + rule.field().key()
            + "' (stated in "
            + statement.where()
            + "). Allowed by spec.identity: "
            + String.join(", ", rule.allowedValues())
            + ".");
  }

  private static boolean isWord(TaskField field) {
    return field == TaskField.SENSITIVITY
        || field == TaskField.LATENCY_CLASS
        || field == TaskField.BUDGET_CLASS;
  }

  private static String named(ObjectRef profile) {
    return profile == null ? "The default SidecarProfile" : profile.toString();
  }

  private static String places(TaskField field, List<CallSource> sources) {
    List<String> places =
        EVERY_SOURCE.stream()
            .filter(sources::contains)
            .map(
                source ->
                    switch (source) {
                      case Header -> "header " + field.header();
                      case Task -> "'" + field.key() + "' in header " + TaskHeader.NAME;
                      case Metadata -> "the body's metadata." + field.key();
                    })
            .toList();
    return places.isEmpty()
        ? "a label " + field.label() + " of the Namespace or ServiceAccount"
        : String.join(" or ", places);
  }
}
