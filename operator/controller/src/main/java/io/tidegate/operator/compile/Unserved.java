package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;

/**
 * Why pods of one class get nothing new: the engine would not run it, and no object that could be
 * put aside is to blame, or that did not help. They keep what they have.
 *
 * @param reason the engine's words, without a full stop
 * @param snapshot what they would have got
 */
public record Unserved(String reason, Snapshot snapshot) {
  /** Every object that it was compiled from. */
  public List<ObjectRef> sources() {
    return snapshot.sources().stream().map(Snapshot.Source::object).toList();
  }
}
