package io.tidegate.sidecar.record;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Usage;
import java.time.Instant;

/** Gathers an event while the call goes through its stages; on the call's event loop. */
public final class CallEventBuilder {
  private final String callId;
  private final Operation operation;
  private String configVersion;
  private Snapshot.Workload workload;
  private boolean stream;
  private String requestedModel;
  private Task task = Task.EMPTY;
  private CallEvent.Decision decision = CallEvent.Decision.NONE;
  private CallEvent.Served served;
  private UsageSource usageSource = UsageSource.missing;
  private Usage usage;
  private CallEvent.Timings timings = CallEvent.Timings.UNKNOWN;
  private int attempts;
  private boolean fallbackUsed;
  private CallEvent.BudgetUse budget = CallEvent.BudgetUse.NONE;
  private Money cost;
  private int status;

  CallEventBuilder(String callId, Operation operation) {
    this.callId = callId;
    this.operation = operation;
  }

  public CallEventBuilder configuration(String version, Snapshot.Workload governed) {
    this.configVersion = version;
    this.workload = governed;
    return this;
  }

  public CallEventBuilder asked(String model, boolean asStream) {
    this.requestedModel = model;
    this.stream = asStream;
    return this;
  }

  public CallEventBuilder task(Task value) {
    this.task = value;
    return this;
  }

  public CallEventBuilder decision(CallEvent.Decision value) {
    this.decision = value;
    return this;
  }

  public CallEventBuilder served(CallEvent.Served value) {
    this.served = value;
    return this;
  }

  /**
   * @param known null if nothing is
   */
  public CallEventBuilder usage(UsageSource source, Usage known) {
    this.usageSource = source;
    this.usage = known;
    return this;
  }

  public CallEventBuilder timings(CallEvent.Timings value) {
    this.timings = value;
    return this;
  }

  public CallEventBuilder attempts(int count, boolean fallback) {
    this.attempts = count;
    this.fallbackUsed = fallback;
    return this;
  }

  public CallEventBuilder budget(CallEvent.BudgetUse value) {
    this.budget = value;
    return this;
  }

  /**
   * @param value null if the model has no price
   */
  public CallEventBuilder cost(Money value) {
    this.cost = value;
    return this;
  }

  /**
   * @param value 0 if the client got no answer
   */
  public CallEventBuilder status(int value) {
    this.status = value;
    return this;
  }

  public CallEvent build(Instant endedAt, Outcome outcome) {
    return new CallEvent(
        endedAt,
        callId,
        configVersion,
        workload,
        operation,
        stream,
        requestedModel,
        task,
        decision,
        served,
        usageSource,
        usage,
        timings,
        attempts,
        fallbackUsed,
        budget,
        cost,
        status,
        outcome);
  }
}
