package io.tidegate.sidecar.identity;

import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.TaskField;
import java.util.Set;

/** Outcome of {@link TaskReader#read}. */
public sealed interface Reading {
  /**
   * @param overruled fields that the platform pins and that the call stated otherwise; the pin won
   */
  record Read(Task task, Set<TaskField> overruled) implements Reading {
    public Read {
      overruled = Set.copyOf(overruled);
    }
  }

  record Refused(Refusal refusal) implements Reading {}
}
