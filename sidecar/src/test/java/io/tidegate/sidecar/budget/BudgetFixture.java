package io.tidegate.sidecar.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ServingProvider;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A provider with prices, budgets around it, a clock that stands still, and what was noticed. */
final class BudgetFixture implements InstantSource, LedgerEvents {
  static final ObjectRef BUDGET = new ObjectRef("TenantBudget", "support", "team");
  static final ObjectRef PROVIDER = new ObjectRef("ModelProvider", "support", "openai");

  /** 2 USD in, 8 USD out for a million tokens; cache writes for an hour are the dearest input. */
  static final Provider.Price PRICE = new Provider.Price("2", "8", "0.5", "2.5", "4");

  final List<String> breaches = new ArrayList<>();
  final List<Long> settledTwice = new ArrayList<>();
  final List<String> faults = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-22T10:15:30Z");

  @Override
  public Instant instant() {
    return now;
  }

  void at(Instant instant) {
    now = instant;
  }

  void pass(Duration duration) {
    now = now.plus(duration);
  }

  @Override
  public void breached(ObjectRef budget, String limit) {
    breaches.add(budget + " " + limit);
  }

  @Override
  public void settledTwice(long reservationId) {
    settledTwice.add(reservationId);
  }

  @Override
  public void journalFault(String what) {
    faults.add(what);
  }

  static Budget.Limit usd(String name, String amount, Budget.Window window) {
    return new Budget.Limit(name, Budget.Unit.Usd, amount, window, "UTC");
  }

  static Budget.Limit tokens(String name, long amount, Budget.Window window) {
    return new Budget.Limit(name, Budget.Unit.Tokens, Long.toString(amount), window, "UTC");
  }

  static Budget.Limit requests(String name, long amount, Budget.Window window) {
    return new Budget.Limit(name, Budget.Unit.Requests, Long.toString(amount), window, "UTC");
  }

  static Budget.Limit parallel(String name, long amount) {
    return new Budget.Limit(
        name, Budget.Unit.ConcurrentRequests, Long.toString(amount), null, null);
  }

  static Budget budget(Budget.Limit... limits) {
    return budget(new Budget.Subject(null, null, null, null, null), null, limits);
  }

  static Budget budget(Budget.Subject subject, TaskField per, Budget.Limit... limits) {
    return new Budget(BUDGET, subject, per, List.of(limits), 16);
  }

  /**
   * Models {@code priced} (at most 1000 tokens out), {@code endless} and {@code free} of charge.
   */
  static Policy policy(Budget... budgets) {
    Provider provider =
        new Provider(
            PROVIDER,
            Provider.Type.OpenAI,
            "https://api.openai.com/v1",
            "support/openai",
            null,
            new Provider.Timeouts(1, 1, 1, 1),
            List.of(
                new Provider.Model("priced", "priced-1", 100_000, 1000, PRICE),
                new Provider.Model("endless", "endless-1", null, null, PRICE),
                new Provider.Model("unpriced", "unpriced-1", null, 1000, null)));
    Snapshot snapshot =
        new Snapshot(
            Snapshot.SCHEMA_VERSION,
            new Snapshot.Workload("support", "default", "desk"),
            List.of(),
            List.of(provider),
            List.of(budgets),
            List.of(),
            new Profile(
                null,
                List.of(),
                new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
                new Profile.RequestLimits(1 << 20, 64)),
            List.of());
    try {
      return Policy.load(SnapshotCodec.encode(snapshot));
    } catch (SnapshotRefused e) {
      throw new AssertionError(e);
    }
  }

  static ServingProvider provider(Policy policy) {
    return policy.provider(PROVIDER);
  }

  static Task task(TaskField field, String value) {
    String[] values = new String[TaskField.values().length];
    values[field.ordinal()] = value;
    return new Task(values);
  }

  static ChatRequest request(long inputBound, long cap, int answers, String unbounded) {
    return new ChatRequest(
        Dialect.OpenAI,
        Buffer.buffer("{}"),
        Map.of(),
        "asked-for",
        false,
        false,
        cap,
        answers,
        Map.of(),
        inputBound,
        unbounded);
  }

  static Admission admit(
      Ledger ledger, Policy policy, Task task, String model, ChatRequest request) {
    ServingProvider provider = provider(policy);
    Future<Admission> answer =
        new BudgetGate(ledger).admit(policy, task, provider, provider.model(model), request, -1);
    assertThat(answer.isComplete()).as("a local ledger answers at once").isTrue();
    return answer.result();
  }

  static Reservation granted(Admission admission) {
    assertThat(admission).isInstanceOf(Admission.Granted.class);
    return ((Admission.Granted) admission).reservation();
  }

  static Refusal denied(Admission admission) {
    assertThat(admission).isInstanceOf(Admission.Denied.class);
    return ((Admission.Denied) admission).refusal();
  }
}
