package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Snapshot;

/**
 * A PromptVersion after its own check.
 *
 * @param prompt null if it cannot be used
 */
record CompiledPrompt(ObjectRef object, long generation, Prompt prompt) {
  Snapshot.Source source() {
    return new Snapshot.Source(object, generation);
  }
}
