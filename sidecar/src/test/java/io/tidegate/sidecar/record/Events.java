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
import java.util.List;

/** Events to write and count. */
final class Events {
  static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123Z");
  static final ObjectRef ROUTE = new ObjectRef("ModelRoute", "support", "everyday");
  static final ObjectRef PROVIDER = new ObjectRef("ModelProvider", "support", "openai");
  static final ObjectRef BUDGET = new ObjectRef("TenantBudget", "support", "team");

  private Events() {}

  static Task task(String... values) {
    return new Task(values);
  }

  static CallEventBuilder full() {
    return CallEvent.builder("call-1", Operation.CHAT_COMPLETIONS)
        .configuration("sha256:abc", new Snapshot.Workload("support", "default", "desk"))
        .asked("gpt-any", true)
        .task(
            task(
                "acme", "ann", "summary", "internal", "interactive", "standard", "true", "req-789"))
        .decision(new CallEvent.Decision(true, ROUTE, "cheap", null))
        .served(served("gpt-mini", true))
        .usage(UsageSource.measured, new Usage(1200, 200, 0, 0, 300, 40))
        .timings(
            new CallEvent.Timings(
                Duration.ofMillis(812),
                Duration.ofMillis(800),
                Duration.ofMillis(93),
                Duration.ofNanos(1_234_567)))
        .attempts(2, true)
        .budget(
            CallEvent.BudgetUse.NONE.plus(
                List.of(BUDGET), Money.ofUsd("0.01"), Money.ofUsd("0.003123456789")))
        .cost(Money.ofUsd("0.003123456789"))
        .status(200);
  }

  static CallEvent.Served served(String model, boolean configured) {
    Prompt prompt =
        new Prompt(
            new ObjectRef("PromptVersion", "support", "sum-v4"),
            "sum",
            "v4",
            "sha256:d1",
            List.of(),
            List.of(),
            null,
            null);
    return new CallEvent.Served(
        PROVIDER, Provider.Type.OpenAI, model, configured, ROUTE, "cheap", prompt);
  }

  static CallEvent completed() {
    return full().build(NOW, Outcome.COMPLETED);
  }

  static CallEvent refused() {
    return CallEvent.builder("call-2", Operation.MESSAGES)
        .decision(
            CallEvent.Decision.refused(
                Refusal.by(Reason.BUDGET_EXHAUSTED, BUDGET, "daily", "none left")))
        .timings(new CallEvent.Timings(Duration.ofMillis(1), null, null, Duration.ofMillis(1)))
        .status(429)
        .build(NOW, Outcome.REFUSED);
  }
}
