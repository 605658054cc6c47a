package io.tidegate.operator;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.CompileLine.Compiled;
import io.tidegate.operator.serve.AckLedger;
import io.tidegate.operator.serve.ReplicaReport;
import io.tidegate.operator.serve.ReplicaReport.Merged;
import io.tidegate.operator.serve.ReplicaReportStore;
import io.tidegate.operator.status.DesiredStatus;
import io.tidegate.operator.status.StatusInput;
import io.tidegate.operator.status.StatusWriter;
import io.tidegate.operator.watch.ResourceCache;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what sidecars said to statuses. Every replica publishes its own ledger; the one that holds
 * the Lease reads all and writes. For one thread; blocks on the API server.
 */
final class StatusLine {
  private static final Logger LOG = LoggerFactory.getLogger(StatusLine.class);

  private final ResourceCache cache;
  private final Supplier<Optional<Compiled>> compiled;
  private final AckLedger ledger;
  private final ReplicaReportStore reports;
  private final Function<StatusInput, List<DesiredStatus>> projection;
  private final StatusWriter writer;
  private final BooleanSupplier leading;
  private final InstantSource clock;
  private final String replica;
  private List<ReplicaReport.Row> published = List.of();

  StatusLine(
      ResourceCache cache,
      Supplier<Optional<Compiled>> compiled,
      AckLedger ledger,
      ReplicaReportStore reports,
      Function<StatusInput, List<DesiredStatus>> projection,
      StatusWriter writer,
      BooleanSupplier leading,
      InstantSource clock,
      String replica) {
    this.cache = cache;
    this.compiled = compiled;
    this.ledger = ledger;
    this.reports = reports;
    this.projection = projection;
    this.writer = writer;
    this.leading = leading;
    this.clock = clock;
    this.replica = replica;
  }

  /** Publishes this replica's ledger if it changed since it was published. */
  void publish() {
    List<ReplicaReport.Row> rows = ledger.rows();
    if (rows.equals(published)) {
      return;
    }
    try {
      reports.write(new ReplicaReport(replica, rows));
      published = rows;
    } catch (KubernetesClientException e) {
      LOG.warn("This replica's acknowledgements could not be published: {}", e.getMessage());
    }
  }

  /**
   * Writes the statuses that differ, if this replica is the writer.
   *
   * @return whether something is left for a later pass
   */
  boolean write() {
    Optional<Compiled> now = compiled.get();
    if (now.isEmpty() || !leading.getAsBoolean()) {
      return false;
    }
    Collection<ConfigMap> maps = cache.reports();
    Merged merged = ReplicaReport.merge(allReports(maps), now.get().pods(), clock.instant());
    boolean left = writer.write(projection.apply(input(now.get(), merged)));
    maps.stream().filter(map -> leftBehind(map, merged)).forEach(this::delete);
    return left;
  }

  private StatusInput input(Compiled now, Merged merged) {
    return new StatusInput(
        new CurrentStatuses(cache.policyObjects(), writer::known).of(now.view()),
        now.compilation(),
        now.expectations(),
        merged.acks(),
        merged.spends(),
        clock.instant());
  }

  private boolean leftBehind(ConfigMap map, Merged merged) {
    return ReplicaReportStore.read(map)
        .map(ReplicaReport::replica)
        .filter(other -> !other.equals(replica) && merged.superseded().contains(other))
        .isPresent();
  }

  /** Takes up what this replica published before a restart. */
  void restore() {
    cache.reports().stream()
        .flatMap(map -> ReplicaReportStore.read(map).stream())
        .filter(report -> report.replica().equals(replica))
        .forEach(ledger::restore);
  }

  /** Somebody else may have written until now. */
  void elected() {
    writer.forget();
  }

  private List<ReplicaReport> allReports(Collection<ConfigMap> maps) {
    List<ReplicaReport> all = new ArrayList<>();
    all.add(new ReplicaReport(replica, ledger.rows()));
    maps.stream()
        .flatMap(map -> ReplicaReportStore.read(map).stream())
        .filter(report -> !report.replica().equals(replica))
        .forEach(all::add);
    return all;
  }

  private void delete(ConfigMap map) {
    try {
      reports.delete(map);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "ConfigMap {} of a replica that is gone stays for now: {}",
          map.getMetadata().getName(),
          e.getMessage());
    }
  }
}
