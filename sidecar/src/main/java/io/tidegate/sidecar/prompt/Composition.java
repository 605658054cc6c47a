package io.tidegate.sidecar.prompt;

import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Prompt;
import java.util.List;

/** Outcome of {@link PromptComposer#compose}. */
public sealed interface Composition {
  /**
   * @param rendered the prompt's messages with the variables' values in them
   */
  record Composed(Prompt prompt, List<Prompt.Message> rendered) implements Composition {
    public Composed {
      rendered = List.copyOf(rendered);
    }
  }

  record Refused(Refusal refusal) implements Composition {}
}
