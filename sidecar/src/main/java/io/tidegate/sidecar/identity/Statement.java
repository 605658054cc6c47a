package io.tidegate.sidecar.identity;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * One value that the call states.
 *
 * @param where as a person finds it
 */
record Statement(TaskField field, String value, String where) {
  /** Longest value, in characters: it becomes a key of budgets and a field of events. */
  static final int LONGEST = 256;

  /** Null if it is absent or empty. */
  static Statement header(TaskField field, MultiMap headers) throws StatementFault {
    List<String> stated = headers.getAll(field.header());
    if (stated.isEmpty()) {
      return null;
    }
    if (stated.size() > 1) {
      throw new StatementFault(
          Reason.MALFORMED_REQUEST,
          field.header(),
          "The header " + field.header() + " stands more than once. Send it once.");
    }
    return of(field, stated.getFirst().strip(), "header " + field.header());
  }

  /** Null if it is absent or empty. */
  static Statement metadata(TaskField field, String value) {
    return value == null ? null : of(field, value, "the body's metadata for " + field.key());
  }

  /** Null if it is empty. */
  static Statement of(TaskField field, String value, String where) {
    return value.isEmpty() ? null : new Statement(field, value, where);
  }

  /** The value, if it is short and free of control characters. */
  String checked() throws StatementFault {
    if (value.length() > LONGEST) {
      throw fault("has " + value.length() + " characters; at most " + LONGEST + " are taken");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw fault("has a control character");
    }
    return value;
  }

  private StatementFault fault(String what) {
    return new StatementFault(
        Reason.MALFORMED_REQUEST,
        field.key(),
        "The field '" + field.key() + "' (" + where + ") " + what + ". Send a short plain text.");
  }
}
