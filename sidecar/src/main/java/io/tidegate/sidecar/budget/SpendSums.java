package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.policy.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the operator is told: one line for each limit and window, in a fixed order. */
final class SpendSums {
  private static final Comparator<Line> ORDER =
      Comparator.comparing(Line::budget)
          .thenComparing(Line::limit)
          .thenComparing(Line::unit)
          .thenComparingLong(Line::start);

  private SpendSums() {}

  static List<SpendReport.Window> of(Iterable<AccountState> accounts, Instant now) {
    Map<Line, long[]> sums = new TreeMap<>(ORDER);
    for (AccountState account : accounts) {
      Tally tally = account.latest();
      if (!tally.span().endedAt(now)) {
        AccountKey key = account.key();
        Line line = new Line(key.budget(), key.limit(), key.unit(), tally.span().start());
        long[] sum = sums.computeIfAbsent(line, absent -> new long[2]);
        sum[0] = plus(sum[0], tally.spent());
        sum[1] = plus(sum[1], tally.reserved());
      }
    }
    List<SpendReport.Window> windows = new ArrayList<>(sums.size());
    sums.forEach(
        (line, sum) ->
            windows.add(
                new SpendReport.Window(
                    line.budget,
                    line.limit,
                    line.unit,
                    line.start,
                    text(line.unit, sum[0]),
                    text(line.unit, sum[1]))));
    return windows;
  }

  private static String text(Budget.Unit unit, long amount) {
    return unit == Budget.Unit.Usd ? new Money(amount).toDecimal() : Long.toString(amount);
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private record Line(ObjectRef budget, String limit, Budget.Unit unit, long start) {}
}
