package io.tidegate.sidecar.budget;

import static io.tidegate.sidecar.budget.BudgetFixture.budget;
import static io.tidegate.sidecar.budget.BudgetFixture.denied;
import static io.tidegate.sidecar.budget.BudgetFixture.granted;
import static io.tidegate.sidecar.budget.BudgetFixture.parallel;
import static io.tidegate.sidecar.budget.BudgetFixture.policy;
import static io.tidegate.sidecar.budget.BudgetFixture.request;
import static io.tidegate.sidecar.budget.BudgetFixture.requests;
import static io.tidegate.sidecar.budget.BudgetFixture.tokens;
import static io.tidegate.sidecar.budget.BudgetFixture.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetGateTest {
  private final BudgetFixture world = new BudgetFixture();
  private final LocalLedger ledger = LocalLedger.inMemory(world, world);

  private Admission admit(Policy policy, Task task, String model, ChatRequest request) {
    return BudgetFixture.admit(ledger, policy, task, model, request);
  }

  private void spend(Reservation all) {
    ledger.settle(all.id(), Charge.upperBound(all));
  }

  private Admission admit(Policy policy, ChatRequest request) {
    return admit(policy, Task.EMPTY, "priced", request);
  }

  @Test
  void withoutABudgetNothingIsHeldAndTheStrictestCapIsStillKnown() {
    Reservation reservation = granted(admit(policy(), request(100, 700, 1, "messages[0]")));

    assertThat(reservation.id()).isEqualTo(Reservation.NOTHING_HELD);
    assertThat(reservation.outputCap()).isEqualTo(700);
    assertThat(reservation.budgets()).isEmpty();
    assertThat(granted(admit(policy(), request(1, -1, 1, null))).outputCap()).isEqualTo(1000);
    assertThat(granted(admit(policy(), Task.EMPTY, "endless", request(1, -1, 1, null))).outputCap())
        .isEqualTo(-1);
  }

  @Test
  void aBudgetThatCouldNotBeReadSaysWhyAndNotThatItIsUsedUp() {
    Budget broken =
        new Budget(
            BudgetFixture.BUDGET,
            new Budget.Subject(null, null, null, null, null),
            null,
            List.of(
                new Budget.Limit(
                    "held-back", Budget.Unit.Requests, "0", Budget.Window.Minute, "UTC")),
            1,
            BudgetFixture.BUDGET + ": spec.limits[0].window: no such value. Correct the field.");

    for (Admission admission :
        List.of(
            admit(policy(broken), request(1, 1, 1, null)),
            new BudgetGate(ledger).admitUnpaid(policy(broken), Task.EMPTY, "priced").result())) {
      Refusal refusal = denied(admission);
      assertThat(refusal.reason()).isEqualTo(Reason.BUDGET_HELD_BACK);
      assertThat(refusal.object()).isEqualTo(BudgetFixture.BUDGET);
      assertThat(refusal.message())
          .contains("spec.limits[0].window", "Correct the field.")
          .containsOnlyOnce(BudgetFixture.BUDGET.toString())
          .doesNotContain("resets", "left of");
      assertThat(refusal.retryAfter()).isNull();
    }
  }

  @Test
  void aRoutesCapIsStricterThanTheCallers() {
    Policy policy = policy();
    Admission admission =
        new BudgetGate(ledger)
            .admit(
                policy,
                Task.EMPTY,
                BudgetFixture.provider(policy),
                BudgetFixture.provider(policy).model("priced"),
                request(10, 900, 1, null),
                50)
            .result();

    assertThat(granted(admission).outputCap()).isEqualTo(50);
  }

  @Test
  void reservesTheDearestInputAndTheCapForEveryAnswer() {
    Policy policy = policy(budget(usd("daily", "1", Budget.Window.Day)));

    Reservation reservation = granted(admit(policy, request(1000, 100, 3, null)));

    // 1000 tokens at 4 USD a million (one-hour cache writes), 300 at 8.
    assertThat(reservation.money()).isEqualTo(Money.ofUsd("0.0064"));
    assertThat(reservation.tokens()).isEqualTo(1300);
    assertThat(reservation.budgets()).containsExactly(BudgetFixture.BUDGET);
  }

  @Test
  void theMoneyThatIsLeftDecidesTheCapWhereNobodyElseDoes() {
    Policy policy = policy(budget(usd("daily", "0.01", Budget.Window.Day)));

    Reservation reservation =
        granted(admit(policy, Task.EMPTY, "endless", request(500, -1, 2, null)));

    // 0.01 - 0.002 for the input leaves 0.008, which is 1000 tokens, for two answers.
    assertThat(reservation.outputCap()).isEqualTo(500);
    assertThat(reservation.money()).isEqualTo(Money.ofUsd("0.01"));
  }

  @Test
  void moneyForLessThanTheLeastOutputRefusesAndSaysWhatIsLeftAndWhen() {
    Policy policy = policy(budget(usd("daily", "0.0101", Budget.Window.Day)));
    spend(granted(admit(policy, Task.EMPTY, "endless", request(0, 1250, 1, null))));

    Refusal refusal = denied(admit(policy, request(0, 100, 1, null)));

    assertThat(refusal.reason()).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(refusal.object()).isEqualTo(BudgetFixture.BUDGET);
    assertThat(refusal.rule()).isEqualTo("daily");
    assertThat(refusal.message())
        .contains("TenantBudget support/team: spec.limits[daily]")
        .contains("0.0001 USD left of 0.0101 USD")
        .contains("for its input and 16 output tokens, the least worth beginning")
        .contains("It resets at 2026-11-23T00:00:00Z, in 13 h 44 min. Retry then, or ask");
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(49470));
  }

  @Test
  void whatOnlyACallUnderWayHoldsIsSoonFreeAndTheRefusalSaysHowToHoldLess() {
    Policy policy = policy(budget(usd("daily", "0.01", Budget.Window.Day)));
    Reservation uncapped = granted(admit(policy, Task.EMPTY, "endless", request(10, -1, 1, null)));

    Refusal refusal = denied(admit(policy, request(10, 100, 1, null)));

    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(refusal.message())
        .contains("0.01 USD more is held by calls under way", "spec.models[].maxOutputTokens");
    ledger.settle(uncapped.id(), Charge.NOTHING);
    granted(admit(policy, request(10, 100, 1, null)));
  }

  @Test
  void aCallerWhoWantsLessThanTheLeastOutputGetsIt() {
    Policy policy = policy(budget(tokens("burst", 5, Budget.Window.Minute)));

    assertThat(granted(admit(policy, request(1, 4, 1, null))).outputCap()).isEqualTo(4);
    assertThat(denied(admit(policy, request(1, 4, 1, null))).reason())
        .isEqualTo(Reason.BUDGET_EXHAUSTED);
  }

  @Test
  void aCallThatAFreshWindowCouldNotHoldEitherIsNotToBeRetried() {
    Policy policy = policy(budget(tokens("burst", 100, Budget.Window.Minute)));

    Refusal refusal = denied(admit(policy, request(90, 100, 1, null)));

    assertThat(refusal.retryAfter()).isNull();
    assertThat(refusal.message()).contains("Even a fresh window is too small");
  }

  @Test
  void waitsForTheLastOfTheLimitsThatLackRoom() {
    Policy policy =
        policy(
            budget(
                tokens("burst", 100, Budget.Window.Minute),
                usd("hourly", "0.0008", Budget.Window.Hour)));
    spend(granted(admit(policy, request(0, 100, 1, null))));

    assertThat(denied(admit(policy, request(0, 100, 1, null))).retryAfter())
        .isEqualTo(Duration.ofMinutes(44).plusSeconds(30));
  }

  @Test
  void contentWithoutABoundIsRefusedOnlyWhereTokensAreCounted() {
    Policy counted = policy(budget(usd("daily", "1", Budget.Window.Day)));
    Policy uncounted = policy(budget(requests("rate", 10, Budget.Window.Minute)));
    ChatRequest request = request(10, 10, 1, "messages[2].content[0].image_url");

    Refusal refusal = denied(admit(counted, request));

    assertThat(refusal.reason()).isEqualTo(Reason.UNBOUNDED_CONTENT);
    assertThat(refusal.message())
        .contains("messages[2].content[0].image_url", "TenantBudget support/team");
    granted(admit(uncounted, request));
  }

  @Test
  void aModelWithoutAPriceIsRefusedOnlyUnderAUsdLimit() {
    Policy usd = policy(budget(usd("daily", "1", Budget.Window.Day)));
    Policy tokens = policy(budget(tokens("daily", 5000, Budget.Window.Day)));

    Refusal refusal = denied(admit(usd, Task.EMPTY, "unpriced", request(10, 10, 1, null)));

    assertThat(refusal.reason()).isEqualTo(Reason.MODEL_UNPRICED);
    assertThat(refusal.message())
        .contains("ModelProvider support/openai: spec.models[unpriced].price");
    assertThat(refusal.retryAfter()).isNull();
    granted(admit(tokens, Task.EMPTY, "unpriced", request(10, 10, 1, null)));
  }

  @Test
  void requestsAndConcurrencyCountAttempts() {
    Policy policy =
        policy(budget(requests("rate", 2, Budget.Window.Minute), parallel("parallel", 1)));
    Reservation first = granted(admit(policy, request(1, 1, 1, null)));

    Refusal second = denied(admit(policy, request(1, 1, 1, null)));
    assertThat(second.reason()).isEqualTo(Reason.CONCURRENCY_EXHAUSTED);
    assertThat(second.retryAfter()).isEqualTo(Duration.ofSeconds(1));

    ledger.settle(first.id(), Charge.NOTHING);
    ledger.settle(granted(admit(policy, request(1, 1, 1, null))).id(), Charge.NOTHING);
    Refusal fourth = denied(admit(policy, request(1, 1, 1, null)));
    assertThat(fourth.reason()).isEqualTo(Reason.REQUEST_RATE_EXHAUSTED);
    assertThat(fourth.retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void anAttemptThatCostsNoTokensStillCountsAsARequest() {
    Policy policy =
        policy(budget(requests("rate", 1, Budget.Window.Minute), usd("d", "0", Budget.Window.Day)));
    BudgetGate gate = new BudgetGate(ledger);

    granted(gate.admitUnpaid(policy, Task.EMPTY, "priced").result());
    assertThat(denied(gate.admitUnpaid(policy, Task.EMPTY, "priced").result()).reason())
        .isEqualTo(Reason.REQUEST_RATE_EXHAUSTED);
  }

  @Test
  void aSubjectCountsOnlyCallsThatHaveAllItsValues() {
    Budget.Subject subject = new Budget.Subject("acme", null, null, null, "priced");
    Policy policy = policy(budget(subject, null, requests("none", 0, Budget.Window.Day)));
    ChatRequest request = request(1, 1, 1, null);
    Task acme = BudgetFixture.task(TaskField.TENANT_ID, "acme");

    denied(admit(policy, acme, "priced", request));
    granted(admit(policy, acme, "endless", request));
    granted(admit(policy, Task.EMPTY, "priced", request));
    granted(admit(policy, BudgetFixture.task(TaskField.TENANT_ID, "other"), "priced", request));
  }

  @Test
  void eachValueOfPerHasItsOwnAccountAndCallsWithoutOneShareTheirs() {
    Budget.Subject any = new Budget.Subject(null, null, null, null, null);
    Policy policy =
        policy(budget(any, TaskField.USER_ID, requests("rate", 1, Budget.Window.Minute)));
    ChatRequest request = request(1, 1, 1, null);
    Task long1 = BudgetFixture.task(TaskField.USER_ID, "x".repeat(5000) + "1");
    Task long2 = BudgetFixture.task(TaskField.USER_ID, "x".repeat(5000) + "2");

    for (Task task :
        new Task[] {BudgetFixture.task(TaskField.USER_ID, "ann"), Task.EMPTY, long1, long2}) {
      granted(admit(policy, task, "priced", request));
      denied(admit(policy, task, "priced", request));
    }
    assertThat(ledger.report()).hasSize(1).first().extracting(w -> w.reserved()).isEqualTo("4");
  }

  @Test
  void figuresBeyondALongAreRefusedInsteadOfOverflowing() {
    Policy policy =
        policy(
            budget(
                usd("daily", "9000000", Budget.Window.Day),
                tokens("t", Long.MAX_VALUE, Budget.Window.Day)));

    assertThat(denied(admit(policy, request(Long.MAX_VALUE, 1, 1, null))).reason())
        .isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(
            granted(
                    admit(
                        policy(),
                        Task.EMPTY,
                        "endless",
                        request(Long.MAX_VALUE, Long.MAX_VALUE - 1, 9, null)))
                .money())
        .isEqualTo(new Money(Long.MAX_VALUE));
  }
}
