package io.tidegate.operator.status;

import io.tidegate.api.TenantBudgetSpec;
import io.tidegate.api.TenantBudgetStatus;
import io.tidegate.sidecar.budget.WindowSpan;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.policy.Money;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a budget's current windows hold, summed over the sidecars that report. A report of a window
 * that has ended counts no more.
 */
final class BudgetWindows {
  private final Map<ObjectRef, List<SpendReport.Window>> reports = new HashMap<>();
  private final Instant now;

  BudgetWindows(List<SpendView> spends, Instant now) {
    this.now = now;
    for (SpendView spend : spends) {
      for (SpendReport.Window window : spend.windows()) {
        reports.computeIfAbsent(window.budget(), any -> new ArrayList<>()).add(window);
      }
    }
  }

  List<TenantBudgetStatus.Window> of(ObjectRef object, TenantBudgetSpec spec) {
    return spec.limits().stream().map(limit -> window(object, spec, limit)).toList();
  }

  /**
   * What {@code sidecars} of them can spend together past the limit in one window, because each
   * counts for itself: the largest usd limit times all but one of them. Null without a usd limit.
   */
  static String maxOverspendUsd(TenantBudgetSpec spec, int sidecars) {
    return spec.limits().stream()
        .filter(limit -> limit.usd() != null)
        .map(limit -> new BigDecimal(limit.usd()))
        .max(BigDecimal::compareTo)
        .map(limit -> decimal(limit.multiply(BigDecimal.valueOf(Math.max(0, sidecars - 1)))))
        .orElse(null);
  }

  private TenantBudgetStatus.Window window(
      ObjectRef object, TenantBudgetSpec spec, TenantBudgetSpec.Limit limit) {
    WindowSpan span = span(limit);
    BigDecimal spent = BigDecimal.ZERO;
    BigDecimal reserved = BigDecimal.ZERO;
    for (SpendReport.Window report : reports.getOrDefault(object, List.of())) {
      if (report.limit().equals(limit.name()) && report.startEpochSecond() >= span.start()) {
        spent = spent.add(new BigDecimal(report.spent()));
        reserved = reserved.add(new BigDecimal(report.reserved()));
      }
    }
    String resetsAt = limit.window() == null ? null : Instant.ofEpochSecond(span.end()).toString();
    BigDecimal remaining =
        spec.per() != null ? null : amount(limit).subtract(spent).subtract(reserved);
    if (remaining != null) {
      remaining = remaining.max(BigDecimal.ZERO);
    }
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
