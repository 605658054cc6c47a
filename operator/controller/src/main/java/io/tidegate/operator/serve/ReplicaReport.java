package io.tidegate.operator.serve;

import io.tidegate.operator.status.AckView;
import io.tidegate.operator.status.SpendView;
import io.tidegate.sidecar.config.SpendReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one replica's {@link AckLedger} holds, as the other replicas read it.
 *
 * @param replica who speaks
 */
public record ReplicaReport(String replica, List<Row> rows) {
  public ReplicaReport {
    rows = List.copyOf(rows);
  }

  /**
   * One pod's sidecar.
   *
   * @param spendAt when it last reported its spending
   */
  public record Row(AckView ack, List<SpendReport.Window> spend, Instant spendAt) {
    public Row {
      spend = List.copyOf(spend);
    }
  }

  /**
   * All replicas' words as one: a sidecar may have moved from replica to replica, so the newest
   * word of each pod counts, for its version and for its spending apart.
   *
   * @param superseded replicas none of whose rows counts any more
   */
  public record Merged(List<AckView> acks, List<SpendView> spends, Set<String> superseded) {}

  /**
   * @param pods uids of the pods there are; of others only counts what they spent
   * @param now spending of a pod that is gone counts as long as a window may last
   */
  public static Merged merge(Collection<ReplicaReport> reports, Set<String> pods, Instant now) {
    Instant oldest = now.minus(AckLedger.LONGEST_WINDOW);
    Map<String, Row> newestAck = new TreeMap<>();
    Map<String, Row> newestSpend = new TreeMap<>();
    Map<Row, String> speaker = new HashMap<>();
    for (ReplicaReport report : reports) {
      for (Row row : report.rows()) {
        boolean there = pods.contains(row.ack().podUid());
        if (there || row.spendAt().isAfter(oldest)) {
          speaker.put(row, report.replica());
          newestSpend.merge(
              row.ack().podUid(), row, (a, b) -> b.spendAt().isAfter(a.spendAt()) ? b : a);
        }
        if (there) {
          newestAck.merge(row.ack().podUid(), row, (a, b) -> newer(a, b) ? a : b);
        }
      }
    }
    Set<String> superseded = new HashSet<>();
    reports.forEach(report -> superseded.add(report.replica()));
    newestAck.values().forEach(row -> superseded.remove(speaker.get(row)));
    newestSpend.values().forEach(row -> superseded.remove(speaker.get(row)));
    return new Merged(
        newestAck.values().stream().map(Row::ack).toList(),
        newestSpend.values().stream()
            .filter(row -> !row.spend().isEmpty())
            .map(row -> spent(row, pods))
            .toList(),
        superseded);
  }

  /** Nobody settles any more what a pod that is gone had reserved: it may have been spent. */
  private static SpendView spent(Row row, Set<String> pods) {
    String uid = row.ack().podUid();
    return pods.contains(uid)
        ? new SpendView(uid, row.spend())
        : new SpendView(
            uid,
            row.spend().stream()
                .filter(window -> window.startEpochSecond() > 0)
                .map(ReplicaReport::allSpent)
                .toList());
  }

  private static SpendReport.Window allSpent(SpendReport.Window window) {
    return new SpendReport.Window(
        window.budget(),
        window.limit(),
        window.unit(),
        window.startEpochSecond(),
        new BigDecimal(window.spent()).add(new BigDecimal(window.reserved())).toPlainString(),
        "0");
  }

  /** A pod that said nothing yet to one replica does not outweigh what it said to another. */
  private static boolean newer(Row one, Row other) {
    boolean oneSaid = said(one.ack());
    return oneSaid == said(other.ack()) ? !other.ack().since().isAfter(one.ack().since()) : oneSaid;
  }

  private static boolean said(AckView ack) {
    return ack.runningVersion() != null || ack.refusedVersion() != null;
  }
}
