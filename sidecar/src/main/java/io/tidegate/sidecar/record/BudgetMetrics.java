package io.tidegate.sidecar.record;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.tidegate.sidecar.budget.LedgerEvents;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Prometheus sees of budgets, labelled by budget and limit alone. */
public final class BudgetMetrics implements LedgerEvents {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetMetrics.class);
  private final MeterRegistry registry;
  private final MultiGauge spent;
  private final MultiGauge reserved;
  private final Counter settledTwice;
  private final Counter journalFaults;

  public BudgetMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.spent = MultiGauge.builder("tidegate.budget.spent").register(registry);
    this.reserved = MultiGauge.builder("tidegate.budget.reserved").register(registry);
    this.settledTwice = registry.counter("tidegate.budget.settled.twice");
    this.journalFaults = registry.counter("tidegate.journal.faults");
  }

  /**
   * Replaces what the gauges show: US dollars under usd limits, else counts. Off the event loop, at
   * the pace of the reports.
   */
  public void show(List<SpendReport.Window> windows) {
    List<MultiGauge.Row<?>> spentRows = new ArrayList<>(windows.size());
    List<MultiGauge.Row<?>> reservedRows = new ArrayList<>(windows.size());
    for (SpendReport.Window window : windows) {
      Tags tags = tags(window.budget(), window.limit());
      spentRows.add(MultiGauge.Row.of(tags, new BigDecimal(window.spent())));
      reservedRows.add(MultiGauge.Row.of(tags, new BigDecimal(window.reserved())));
    }
    spent.register(spentRows, true);
    reserved.register(reservedRows, true);
  }

  @Override
  public void breached(ObjectRef budget, String limit) {
    registry.counter("tidegate.budget.breaches", tags(budget, limit)).increment();
    LOG.warn(
        "{}: spec.limits[{}]: an attempt cost more than its proven bound; it was charged in full",
        budget,
        limit);
  }

  @Override
  public void settledTwice(long reservationId) {
    settledTwice.increment();
    LOG.error("reservation {} was settled but is not open: a fault of Tidegate", reservationId);
  }

  @Override
  public void journalFault(String what) {
    journalFaults.increment();
    LOG.error("budget journal: {}", what);
  }

  private static Tags tags(ObjectRef budget, String limit) {
    return Tags.of("budget", CallMetrics.name(budget), "limit", limit);
  }
}
