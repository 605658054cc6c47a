package io.tidegate.operator.status;

import static io.tidegate.operator.status.StatusProjectorTest.budgeted;
import static io.tidegate.operator.status.StatusProjectorTest.routed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.TenantBudgetStatus;
import io.tidegate.operator.compile.Cluster;
import io.tidegate.operator.compile.PodView.Phase;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a TenantBudget's status says of the money. */
class BudgetStatusTest {
  private static final ObjectRef BUDGET = new ObjectRef("TenantBudget", "team", "b");

  @Test
  void aBudgetsWindowsAreTheSumOfItsSidecars() {
    Situation situation =
        new Situation(budgeted(routed().pod("team", "one").pod("team", "two")))
            .runs("one")
            .runs("two");
    long today = situation.now().getEpochSecond() - 12 * 3600;
    situation
        .spends("one", window("day", today, "0.30", "0.01"), window("n", 0, "0", "2"))
        .spends("two", window("day", today, "0.25", "0.00"), window("n", 0, "0", "1"))
        .spends("late", window("day", today - 86_400, "9.00", "0.00"));
    TenantBudgetStatus status = (TenantBudgetStatus) situation.status("TenantBudget", "b");
    assertThat(status.scope()).isEqualTo(TenantBudgetStatus.Scope.PerSidecar);
    assertThat(status.maxOverspendUsd()).isEqualTo("1.50");
    assertThat(status.windows())
        .containsExactly(
            new TenantBudgetStatus.Window(
                "day", "0.55", "0.01", "0.94", null, null, null, "2026-03-02T00:00:00Z"),
            new TenantBudgetStatus.Window("n", null, null, null, 0L, 3L, 2L, null));
  }

  @Test
  void theLimitThatHasTheLeastLeftIsShownWithItsUnit() {
    Situation situation = new Situation(budgeted(routed().pod("team", "one"))).runs("one");
    assertThat(remaining(situation)).isEqualTo("day: 1.50 USD");
    situation.spends("one", window("n", 0, "0", "3"));
    assertThat(remaining(situation)).isEqualTo("n: 2 concurrent requests");
    long today = situation.now().getEpochSecond() - 12 * 3600;
    situation.spends("two", window("day", today, "1.20", "0"));
    assertThat(remaining(situation)).isEqualTo("day: 0.30 USD");
  }

  @Test
  void accountsKeptApartHaveNoCommonRemainder() {
    Cluster cluster =
        routed().budget("team", "b", "{per: User, limits: [{name: n, concurrentRequests: 5}]}");
    assertThat(remaining(new Situation(cluster))).isNull();
  }

  @Test
  void whatALimitCountedBeforeItCountedSomethingElseIsLeftOut() {
    Situation situation = new Situation(budgeted(routed().pod("team", "one"))).runs("one");
    long today = situation.now().getEpochSecond() - 12 * 3600;
    situation.spends(
        "one", new SpendReport.Window(BUDGET, "day", Budget.Unit.Tokens, today, "70000", "9"));
    assertThat(remaining(situation)).isEqualTo("day: 1.50 USD");
  }

  private static String remaining(Situation situation) {
    return ((TenantBudgetStatus) situation.status("TenantBudget", "b")).remaining();
  }

  @Test
  void whatReplacedPodsSpentAndWhatEndingOnesMaySpendIsOverspendToo() {
    Cluster cluster = budgeted(routed().pod("team", "one"));
    cluster.pod("team", "ending", "app", Map.of(), Phase.Terminating);
    cluster.pod("team", "done", "app", Map.of(), Phase.Completed);
    Situation situation = new Situation(cluster);
    long today = situation.now().getEpochSecond() - 12 * 3600;
    situation
        .spends("gone", window("day", today, "0.40", "0"))
        .spends("done", window("day", today, "0.20", "0.05"))
        .spends("one", window("day", today, "0.10", "0"));
    TenantBudgetStatus status = (TenantBudgetStatus) situation.status("TenantBudget", "b");
    assertThat(status.windows().getFirst().spentUsd()).isEqualTo("0.70");
    assertThat(status.maxOverspendUsd()).isEqualTo("2.15");
  }

  @Test
  void oneSidecarAloneCannotOverspend() {
    Situation situation = new Situation(budgeted(routed().pod("team", "one")));
    assertThat(((TenantBudgetStatus) situation.status("TenantBudget", "b")).maxOverspendUsd())
        .isEqualTo("0.00");
  }

  private static SpendReport.Window window(
      String limit, long start, String spent, String reserved) {
    Budget.Unit unit = limit.equals("day") ? Budget.Unit.Usd : Budget.Unit.ConcurrentRequests;
    return new SpendReport.Window(BUDGET, limit, unit, start, spent, reserved);
  }
}
