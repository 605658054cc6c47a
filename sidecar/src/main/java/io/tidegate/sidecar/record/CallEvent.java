package io.tidegate.sidecar.record;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What happened to one call, without content and credentials. Null parts are not known, or the call
 * did not get that far.
 *
 * @param timestamp when the call ended
 * @param callId also in the answer's {@code x-tidegate-call-id}
 * @param configVersion of the pinned snapshot; null if there was none
 * @param workload whom the snapshot governs; null without one
 * @param requestedModel as the caller wrote it: free text, never a metric's label
 * @param served null if no route was found
 * @param usage as measured, or the part that is known; null if nothing is
 * @param attempts how many left for a provider
 * @param cost estimated cost of all attempts; null if the model has no price
 * @param status of the answer the client got; 0 if it got none
 */
public record CallEvent(
    Instant timestamp,
    String callId,
    String configVersion,
    Snapshot.Workload workload,
    Operation operation,
    boolean stream,
    String requestedModel,
    Task task,
    Decision decision,
    Served served,
    UsageSource usageSource,
    Usage usage,
    Timings timings,
    int attempts,
    boolean fallbackUsed,
    BudgetUse budget,
    Money cost,
    int status,
    Outcome outcome) {
  public CallEvent {
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(decision, "decision");
    Objects.requireNonNull(usageSource, "usageSource");
    Objects.requireNonNull(timings, "timings");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(outcome, "outcome");
  }

  public static CallEventBuilder builder(String callId, Operation operation) {
    return new CallEventBuilder(callId, operation);
  }

  /**
   * @param allowed whether the policy let the call leave
   * @param object who decided: the route that claimed it, or who refused; null if nobody did
   * @param rule the object's rule, limit or field
   * @param reason why it was refused, or why an allowed call failed here; null if neither
   */
  public record Decision(boolean allowed, ObjectRef object, String rule, Reason reason) {
    /** A call that ended before anything could be decided. */
    public static final Decision NONE = new Decision(true, null, null, null);

    public static Decision refused(Refusal refusal) {
      return new Decision(false, refusal.object(), refusal.rule(), refusal.reason());
    }
  }

  /** Whether the object that decided is a TenantBudget. */
  public static boolean isBudget(ObjectRef object) {
    return object != null && "TenantBudget".equals(object.kind());
  }

  /**
   * What was planned, and where the last attempt went; if none left, where the one that was refused
   * would have gone.
   *
   * @param provider the ModelProvider; null, like its type and the model: refused before an attempt
   * @param model the provider's name of the model
   * @param modelConfigured false for a model passed through that no provider lists: its name is the
   *     caller's text
   * @param route null for a call passed through unmatched
   * @param rule the route's rule
   * @param prompt null if the rule attaches none
   */
  public record Served(
      ObjectRef provider,
      Provider.Type providerType,
      String model,
      boolean modelConfigured,
      ObjectRef route,
      String rule,
      Prompt prompt) {}

  /**
   * Null parts did not happen.
   *
   * @param total from the request's arrival to the answer's end
   * @param inference what all attempts took, from dispatch to the answer's end
   * @param firstToken from dispatch of the last attempt to the first byte of its answer
   * @param overhead what this sidecar added before and after
   */
  public record Timings(
      Duration total, Duration inference, Duration firstToken, Duration overhead) {
    public static final Timings UNKNOWN = new Timings(null, null, null, null);
  }

  /**
   * Sums over all attempts.
   *
   * @param budgets that held a part, before them the one that refused; empty if none applied
   */
  public record BudgetUse(List<ObjectRef> budgets, Money reserved, Money charged) {
    public static final BudgetUse NONE = new BudgetUse(List.of(), Money.ZERO, Money.ZERO);

    public BudgetUse {
      budgets = List.copyOf(budgets);
    }

    /** With one more attempt. */
    public BudgetUse plus(List<ObjectRef> more, Money moreReserved, Money moreCharged) {
      List<ObjectRef> all = more.isEmpty() ? budgets : new ArrayList<>(budgets);
      for (ObjectRef each : more) {
        if (!all.contains(each)) {
          all.add(each);
        }
      }
      return new BudgetUse(all, reserved.plus(moreReserved), charged.plus(moreCharged));
    }
  }
}
