package io.tidegate.sidecar.call;

import io.tidegate.sidecar.config.TaskField;
import java.util.Arrays;

/** The request contract of one call. A field that nobody stated is null. */
public final class Task {
  public static final Task EMPTY = new Task(new String[TaskField.values().length]);
  private final String[] values;

  /**
   * @param values by {@link TaskField#ordinal()}
   */
  public Task(String[] values) {
    this.values = values.clone();
  }

  public String get(TaskField field) {
    return values[field.ordinal()];
  }

  public String tenant() {
    return get(TaskField.TENANT_ID);
  }

  public String user() {
    return get(TaskField.USER_ID);
  }

  public String workflow() {
    return get(TaskField.WORKFLOW);
  }

  public String sensitivity() {
    return get(TaskField.SENSITIVITY);
  }

  public String latencyClass() {
    return get(TaskField.LATENCY_CLASS);
  }

  public String budgetClass() {
    return get(TaskField.BUDGET_CLASS);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
