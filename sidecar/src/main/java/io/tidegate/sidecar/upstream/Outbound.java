package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.call.Arrival;
import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.Timeline;
import io.tidegate.sidecar.call.WorkTime;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.prompt.Composition;
import io.tidegate.sidecar.route.Plan;

/**
 * What the stages before have decided about a call that is to leave.
 *
 * @param prompt null: none is attached
 */
public record Outbound(
    Policy policy,
    Task task,
    Operation operation,
    Arrival arrival,
    ChatRequest request,
    Plan plan,
    Composition.Composed prompt,
    Timeline timeline,
    WorkTime work) {
  /** Source: Anthropic's API reference, versioning; a later date compares greater as text. */
  private static final String NO_SAMPLING_SINCE = "2026-10-21";

  /** Whether the provider is asked for usage that the caller must not see. */
  public boolean hidesUsage() {
    return operation == Operation.CHAT_COMPLETIONS
        && request.stream()
        && !request.usageAsked()
        && !plan.passThrough();
  }

  /**
   * Whether the prompt's temperature must stay away: from this version on Anthropic refuses the
   * field, whatever it holds.
   */
  public boolean dropsTemperature() {
    String version = arrival.header("anthropic-version");
    return prompt != null
        && prompt.prompt().temperature() != null
        && operation.dialect() == Dialect.Anthropic
        && version != null
        && version.compareTo(NO_SAMPLING_SINCE) >= 0;
  }

  /** The strictest output cap of route and prompt; -1: none. */
  long wantedCap() {
    long cap = -1;
    if (plan.limits() != null && plan.limits().maxOutputTokens() != null) {
      cap = plan.limits().maxOutputTokens();
    }
    if (prompt != null && prompt.prompt().maxOutputTokens() != null) {
      int ofPrompt = prompt.prompt().maxOutputTokens();
      cap = cap < 0 ? ofPrompt : Math.min(cap, ofPrompt);
    }
    return cap;
  }
}
