package io.tidegate.sidecar.prompt;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.policy.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills a prompt version's variables: the platform's values, then the call's, then defaults. */
public final class PromptComposer {
  /** The header in which a call states variables, as one JSON object. */
  public static final String HEADER = "x-tidegate-prompt-variables";

  private PromptComposer() {}

  /**
   * @param use what the rule attaches; its prompt version is in the policy
   * @param variablesJsonHeader value of {@link #HEADER}; null if the call has none
   */
  public static Composition compose(
      Policy policy, Route.PromptUse use, String variablesJsonHeader) {
    Prompt prompt = policy.prompt(use.promptVersion());
    try {
      Map<String, String> values = values(prompt, use, CallVariables.read(variablesJsonHeader));
      List<Prompt.Message> rendered = new ArrayList<>();
      for (Prompt.Message message : prompt.messages()) {
        rendered.add(
            new Prompt.Message(message.role(), Template.render(message.content(), values)));
      }
      return new Composition.Composed(prompt, rendered);
    } catch (VariableFault e) {
      return new Composition.Refused(
          Refusal.by(
              Reason.PROMPT_VARIABLE_INVALID,
              prompt.object(),
              e.variable(),
              prompt.object() + ": " + e.getMessage()));
    }
  }

  private static Map<String, String> values(
      Prompt prompt, Route.PromptUse use, Map<String, CallVariables.Value> stated)
      throws VariableFault {
    Map<String, String> values = new HashMap<>();
    for (Prompt.Variable variable : prompt.variables()) {
      values.put(
          variable.name(),
          value(variable, use.variables().get(variable.name()), stated.get(variable.name())));
    }
    for (String name : stated.keySet()) {
      if (!values.containsKey(name)) {
        throw new VariableFault(
            name,
            "the call states the variable '"
                + (name.length() <= 80 ? name : name.substring(0, 80) + "...")
                + "' in header "
                + HEADER
                + ", which the prompt does not have. It takes: "
                + String.join(", ", prompt.variables().stream().map(Prompt.Variable::name).toList())
                + ".");
      }
    }
    return values;
  }

  private static String value(Prompt.Variable variable, String fixed, CallVariables.Value stated)
      throws VariableFault {
    if (fixed != null) {
      return fixed;
    }
    if (stated != null) {
      return stated.as(variable);
    }
    if (variable.defaultValue() != null) {
      return variable.defaultValue();
    }
    if (variable.required()) {
      throw new VariableFault(
          variable.name(),
          "the variable '"
              + variable.name()
              + "' is required. State it in header "
              + HEADER
              + ", or fix it in the route's spec.prompt.variables.");
    }
    return "";
  }
}
