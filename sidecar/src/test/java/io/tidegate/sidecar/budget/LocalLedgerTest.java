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

import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.policy.BudgetLimit;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalLedgerTest {
  private final BudgetFixture world = new BudgetFixture();
  private final LocalLedger ledger = LocalLedger.inMemory(world, world);

  private Admission admit(Policy policy, long input, long cap) {
    return BudgetFixture.admit(ledger, policy, Task.EMPTY, "priced", request(input, cap, 1, null));
  }

  private static Charge charge(String usd, long tokens) {
    return new Charge(Money.ofUsd(usd), tokens, UsageSource.measured);
  }

  private SpendReport.Window only() {
    assertThat(ledger.report()).hasSize(1);
    return ledger.report().getFirst();
  }

  @Test
  void aSettlementReplacesWhatWasReserved() {
    Policy policy = policy(budget(usd("daily", "1", Budget.Window.Day)));
    Reservation reservation = granted(admit(policy, 1000, 100));
    assertThat(only().reserved()).isEqualTo("0.0048");
    assertThat(only().spent()).isEqualTo("0.00");

    new BudgetSettler(ledger).settle(reservation, charge("0.001", 500));

    assertThat(only().reserved()).isEqualTo("0.00");
    assertThat(only().spent()).isEqualTo("0.001");
    assertThat(ledger.inFlight()).isZero();
  }

  @Test
  void aSecondSettlementChangesNothingAndIsReported() {
    Policy policy = policy(budget(usd("daily", "1", Budget.Window.Day)));
    Reservation reservation = granted(admit(policy, 1000, 100));
    ledger.settle(reservation.id(), charge("0.001", 500));
    List<SpendReport.Window> once = ledger.report();

    ledger.settle(reservation.id(), charge("0.002", 700));
    ledger.settle(reservation.id(), Charge.NOTHING);

    assertThat(ledger.report()).isEqualTo(once);
    assertThat(world.settledTwice).containsExactly(reservation.id(), reservation.id());
  }

  @Test
  void whatNothingHoldsNeedsNoSettlement() {
    Reservation free = granted(admit(policy(), 1, 1));

    new BudgetSettler(ledger).settle(free, Charge.NOTHING);
    new BudgetSettler(ledger).settle(free, Charge.NOTHING);

    assertThat(world.settledTwice).isEmpty();
  }

  @Test
  void aCostAboveTheBoundIsChargedInFullAndReported() {
    Policy policy = policy(budget(tokens("burst", 1000, Budget.Window.Minute)));
    Reservation reservation = granted(admit(policy, 100, 100));

    ledger.settle(reservation.id(), charge("0", 900));

    assertThat(only().spent()).isEqualTo("900");
    assertThat(world.breaches).containsExactly("TenantBudget support/team burst");
    denied(admit(policy, 90, 100));
  }

  @Test
  void whenOneLimitLacksRoomNoOtherHoldsAnything() {
    Policy policy =
        policy(
            budget(
                parallel("parallel", 10),
                requests("rate", 10, Budget.Window.Minute),
                tokens("burst", 10, Budget.Window.Minute)));

    denied(admit(policy, 100, 100));
    ledger.reserve(
        List.of(
            part(limit("rate", Budget.Unit.Requests, 10, Budget.Window.Minute), 1),
            part(limit("burst", Budget.Unit.Tokens, 10, Budget.Window.Minute), 11)));

    assertThat(ledger.report()).allSatisfy(w -> assertThat(w.reserved()).isEqualTo("0"));
    assertThat(ledger.inFlight()).isZero();
  }

  @Test
  void aNewWindowIsEmptyAndAnAttemptIsSettledInTheOneThatAdmittedIt() {
    Policy policy = policy(budget(tokens("burst", 200, Budget.Window.Minute)));
    Reservation old = granted(admit(policy, 100, 100));
    denied(admit(policy, 100, 100));
    world.pass(Duration.ofSeconds(29));
    denied(admit(policy, 100, 100));

    world.pass(Duration.ofSeconds(1));
    Reservation fresh = granted(admit(policy, 100, 100));
    ledger.settle(old.id(), charge("0", 200));

    assertThat(only().startEpochSecond())
        .isEqualTo(Instant.parse("2026-11-22T10:16:00Z").getEpochSecond());
    assertThat(only().spent()).isEqualTo("0");
    ledger.settle(fresh.id(), charge("0", 1));
    assertThat(only().spent()).isEqualTo("1");
  }

  @Test
  void aWindowThatHasEndedIsNotReported() {
    Policy policy = policy(budget(tokens("burst", 200, Budget.Window.Minute)));
    ledger.settle(granted(admit(policy, 1, 1)).id(), charge("0", 2));

    world.pass(Duration.ofMinutes(1));

    assertThat(ledger.report()).isEmpty();
  }

  @Test
  void aClockThatStepsBackReopensNoWindow() {
    Policy policy = policy(budget(tokens("burst", 200, Budget.Window.Minute)));
    ledger.settle(granted(admit(policy, 100, 100)).id(), charge("0", 200));

    world.pass(Duration.ofMinutes(-5));

    denied(admit(policy, 100, 100));
  }

  @Test
  void anotherConfigurationKeepsWhatWasSpentAndALoweredLimitDenies() {
    ledger.settle(
        granted(admit(policy(budget(tokens("burst", 200, Budget.Window.Minute))), 50, 50)).id(),
        charge("0", 100));

    Policy lowered = policy(budget(tokens("burst", 99, Budget.Window.Minute)));
    assertThat(denied(admit(lowered, 1, 1)).message()).contains("0 tokens left of 99 tokens");

    Policy raised = policy(budget(tokens("burst", 120, Budget.Window.Minute)));
    assertThat(granted(admit(raised, 1, 100)).outputCap()).isEqualTo(19);
  }

  @Test
  void movingTheTimeZoneDoesNotEmptyTheAccount() {
    Budget.Limit utc = tokens("d", 200, Budget.Window.Day);
    ledger.settle(granted(admit(policy(budget(utc)), 100, 100)).id(), charge("0", 200));
    Budget.Limit moved =
        new Budget.Limit("d", Budget.Unit.Tokens, "200", Budget.Window.Day, "Pacific/Auckland");

    world.pass(Duration.ofHours(3));
    denied(admit(policy(budget(moved)), 1, 1));
    world.pass(Duration.ofHours(11));
    granted(admit(policy(budget(moved)), 1, 1));
  }

  @Test
  void endedAccountsMakeRoomAndLiveOnesAreNeverForgotten() {
    LocalLedger small = new LocalLedger(world, world, null, 3);
    BudgetLimit minute = limit("m", Budget.Unit.Requests, 1, Budget.Window.Minute);
    for (String user : List.of("a", "b", "c")) {
      assertThat(reserve(small, minute, user)).isInstanceOf(Ledger.Answer.Taken.class);
    }
    assertThat(reserve(small, minute, "d")).isInstanceOf(Ledger.Answer.Unavailable.class);
    assertThat(reserve(small, minute, "a")).isInstanceOf(Ledger.Answer.Short.class);

    world.pass(Duration.ofMinutes(1));
    assertThat(reserve(small, minute, "d")).isInstanceOf(Ledger.Answer.Taken.class);
    small.settle(1, Charge.NOTHING);
    assertThat(world.settledTwice).isEmpty();
  }

  @Test
  void sumsAreExactWhereAFloatingPointSumIsNot() {
    Policy policy = policy(budget(usd("daily", "1", Budget.Window.Day)));
    for (int i = 0; i < 1000; i++) {
      ledger.settle(granted(admit(policy, 1, 1)).id(), charge("0.000001", 2));
    }
    assertThat(only().spent()).isEqualTo("0.001");
  }

  private static Ledger.Answer reserve(LocalLedger ledger, BudgetLimit limit, String key) {
    return ledger
        .reserve(List.of(new Ledger.Part(new Ledger.Account(BudgetFixture.BUDGET, limit, key), 1)))
        .result();
  }

  private static Ledger.Part part(BudgetLimit limit, long amount) {
    ObjectRef other = new ObjectRef("TenantBudget", "support", "other");
    return new Ledger.Part(new Ledger.Account(other, limit, ""), amount);
  }

  private static BudgetLimit limit(
      String name, Budget.Unit unit, long amount, Budget.Window window) {
    return new BudgetLimit(name, unit, amount, window, ZoneOffset.UTC);
  }
}
