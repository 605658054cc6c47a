package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.call.Arrival;
import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.Timeline;
import io.tidegate.sidecar.call.WorkTime;
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

  /** Whether the provider is asked for usage that the caller must not see. */
  public boolean hidesUsage() {
    return operation == Operation.CHAT_COMPLETIONS
        && request.stream()
        && !request.usageAsked()
        && !plan.passThrough();
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
