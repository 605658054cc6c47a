package io.tidegate.operator.status;

import io.tidegate.api.TenantBudgetSpec;
import io.tidegate.api.TenantBudgetStatus;
import io.tidegate.sidecar.budget.WindowSpan;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.policy.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a budget's current windows hold, summed over the sidecars that report. A report of a window
 * that has ended counts no more.
 */
final class BudgetWindows {
  private final Map<ObjectRef, List<Reported>> reports = new HashMap<>();
  private final Instant now;

  private record Reported(String podUid, SpendReport.Window window) {
    BigDecimal spent() {
      return new BigDecimal(window.spent());
    }

    BigDecimal reserved() {
      return new BigDecimal(window.reserved());
    }
  }

  BudgetWindows(List<SpendView> spends, Instant now) {
    this.now = now;
    for (SpendView spend : spends) {
      for (SpendReport.Window window : spend.windows()) {
        reports
            .computeIfAbsent(window.budget(), any -> new ArrayList<>())
            .add(new Reported(spend.podUid(), window));
      }
    }
  }

  List<TenantBudgetStatus.Window> of(ObjectRef object, TenantBudgetSpec spec) {
    return spec.limits().stream().map(limit -> window(object, spec, limit)).toList();
  }

  /**
   * How far past its usd limit the present window can end, because each sidecar counts for itself:
   * each that is there may spend the whole limit, and what those spent that were replaced is spent
   * already. The largest of the usd limits; null without one.
   *
   * @param serving uids of the pods whose sidecars may still spend
   */
  String maxOverspendUsd(ObjectRef object, TenantBudgetSpec spec, Set<String> serving) {
    return spec.limits().stream()
        .filter(limit -> limit.usd() != null)
        .map(limit -> overspend(object, limit, serving))
        .max(BigDecimal::compareTo)
        .map(BudgetWindows::decimal)
        .orElse(null);
  }

  private BigDecimal overspend(
      ObjectRef object, TenantBudgetSpec.Limit limit, Set<String> serving) {
    BigDecimal possible = amount(limit).multiply(BigDecimal.valueOf(serving.size()));
    for (Reported report : current(object, limit)) {
      if (!serving.contains(report.podUid())) {
        possible = possible.add(report.spent()).add(report.reserved());
      }
    }
    return possible.subtract(amount(limit)).max(BigDecimal.ZERO);
  }

  private List<Reported> current(ObjectRef object, TenantBudgetSpec.Limit limit) {
    long start = span(limit).start();
    return reports.getOrDefault(object, List.of()).stream()
        .filter(report -> report.window().limit().equals(limit.name()))
        .filter(report -> report.window().unit() == null || report.window().unit() == unit(limit))
        .filter(report -> report.window().startEpochSecond() >= start)
        .toList();
  }

  private TenantBudgetStatus.Window window(
      ObjectRef object, TenantBudgetSpec spec, TenantBudgetSpec.Limit limit) {
    WindowSpan span = span(limit);
    BigDecimal spent = sum(object, limit, Reported::spent);
    BigDecimal reserved = sum(object, limit, Reported::reserved);
    String resetsAt = limit.window() == null ? null : Instant.ofEpochSecond(span.end()).toString();
    BigDecimal remaining = spec.per() != null ? null : left(object, limit);
    return limit.usd() != null
        ? new TenantBudgetStatus.Window(
            limit.name(),
            decimal(spent),
            decimal(reserved),
            remaining == null ? null : decimal(remaining),
            null,
            null,
            null,
            resetsAt)
        : new TenantBudgetStatus.Window(
            limit.name(),
            null,
            null,
            null,
            spent.longValue(),
            reserved.longValue(),
            remaining == null ? null : Long.valueOf(remaining.longValue()),
            resetsAt);
  }

  private BigDecimal sum(
      ObjectRef object, TenantBudgetSpec.Limit limit, Function<Reported, BigDecimal> part) {
    return current(object, limit).stream().map(part).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Never negative. */
  private BigDecimal left(ObjectRef object, TenantBudgetSpec.Limit limit) {
    return amount(limit)
        .subtract(sum(object, limit, Reported::spent))
        .subtract(sum(object, limit, Reported::reserved))
        .max(BigDecimal.ZERO);
  }

  /**
   * What is left of the limit that has the least left of its whole, such as {@code day: 0.94 USD}.
   * Null where each value of {@code per} has an account of its own.
   */
  String remaining(ObjectRef object, TenantBudgetSpec spec) {
    return spec.per() != null
        ? null
        : spec.limits().stream()
            .min(Comparator.comparing(limit -> share(object, limit)))
            .map(limit -> limit.name() + ": " + inWords(limit, left(object, limit)))
            .orElse(null);
  }

  /** From 0 to 1; a limit that admits nothing has nothing left. */
  private BigDecimal share(ObjectRef object, TenantBudgetSpec.Limit limit) {
    return amount(limit).signum() == 0
        ? BigDecimal.ZERO
        : left(object, limit).divide(amount(limit), MathContext.DECIMAL64);
  }

  private static String inWords(TenantBudgetSpec.Limit limit, BigDecimal amount) {
    return switch (unit(limit)) {
      case Usd -> decimal(amount) + " USD";
      case Tokens -> amount.toPlainString() + " tokens";
      case Requests -> amount.toPlainString() + " requests";
      case ConcurrentRequests -> amount.toPlainString() + " concurrent requests";
    };
  }

  private static Budget.Unit unit(TenantBudgetSpec.Limit limit) {
    if (limit.usd() != null) {
      return Budget.Unit.Usd;
    }
    if (limit.tokens() != null) {
      return Budget.Unit.Tokens;
    }
    return limit.requests() != null ? Budget.Unit.Requests : Budget.Unit.ConcurrentRequests;
  }

  private WindowSpan span(TenantBudgetSpec.Limit limit) {
    return limit.window() == null
        ? WindowSpan.ALWAYS
        : WindowSpan.of(Budget.Window.valueOf(limit.window().name()), zone(limit), now);
  }

  /** As the compiler has it: an unknown zone counts in UTC. */
  private static ZoneId zone(TenantBudgetSpec.Limit limit) {
    try {
      return ZoneId.of(limit.timeZone() == null ? "UTC" : limit.timeZone());
    } catch (DateTimeException e) {
      return ZoneId.of("UTC");
    }
  }

  private static BigDecimal amount(TenantBudgetSpec.Limit limit) {
    if (limit.usd() != null) {
      return new BigDecimal(limit.usd());
    }
    if (limit.tokens() != null) {
      return BigDecimal.valueOf(limit.tokens());
    }
    return BigDecimal.valueOf(
        limit.requests() != null ? limit.requests() : limit.concurrentRequests());
  }

  /** The form that {@link Money} writes, for sums that it cannot hold. */
  private static String decimal(BigDecimal amount) {
    BigDecimal exact = amount.stripTrailingZeros();
    return (exact.scale() < 2 ? exact.setScale(2) : exact).toPlainString();
  }
}
