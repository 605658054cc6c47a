package io.tidegate.operator.serve;

import io.tidegate.operator.status.AckView;
import io.tidegate.operator.status.SpendView;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.SpendReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the sidecars that were connected to this replica said last: which version they run or
 * refused since when, and what they spent. Keyed by pod uid, so that a replaced pod of the same
 * name starts anew. What a sidecar runs stays true after its stream broke; a pod that is gone is
 * forgotten, but for what it spent: that counts until its windows have ended. Safe on every thread.
 */
public final class AckLedger {
  /** The longest sentence of a sidecar that is passed on. */
  private static final int LONGEST_REASON = 1_024;

  /** A day of 25 hours, where clocks are put back. */
  static final Duration LONGEST_WINDOW = Duration.ofHours(25);

  /** A ConfigMap holds some more than this; whoever starts more pods a day loses the oldest. */
  private static final int MOST_GONE = 4_000;

  private final InstantSource clock;
  private final Runnable changed;
  private final Map<String, Entry> byPod = new ConcurrentHashMap<>();

  /**
   * @param nonce of the newest acknowledgement on the current stream: an earlier one that arrives
   *     late changes nothing
   */
  private record Entry(AckView ack, long nonce, SpendView spend, Instant spendAt) {}

  /**
   * @param changed called after each change, on the caller's thread
   */
  public AckLedger(InstantSource clock, Runnable changed) {
    this.clock = clock;
    this.changed = changed;
  }

  /**
   * A stream began. What the sidecar says it holds is in force there: it acknowledged it on an
   * earlier stream, perhaps to another replica.
   *
   * @param heldVersion null: nothing
   */
  void connected(InjectedPod pod, String heldVersion) {
    byPod.compute(
        pod.uid(),
        (uid, entry) -> {
          Entry known = entry == null ? unknown(uid) : entry;
          AckView ack = known.ack();
          boolean same = heldVersion == null || heldVersion.equals(ack.runningVersion());
          AckView held =
              same ? ack : new AckView(uid, heldVersion, null, null, null, clock.instant());
          return new Entry(held, 0, known.spend(), known.spendAt());
        });
    changed.run();
  }

  void acknowledged(InjectedPod pod, Acknowledgement said) {
    byPod.compute(
        pod.uid(),
        (uid, entry) -> {
          Entry known = entry == null ? unknown(uid) : entry;
          return said.nonce() < known.nonce()
              ? known
              : new Entry(ack(known.ack(), said), said.nonce(), known.spend(), known.spendAt());
        });
    changed.run();
  }

  private AckView ack(AckView before, Acknowledgement said) {
    Instant now = clock.instant();
    if (said.verdict() == Verdict.Running) {
      return new AckView(before.podUid(), said.version(), null, null, null, now);
    }
    return new AckView(
        before.podUid(),
        before.runningVersion(),
        said.version(),
        said.object(),
        shortened(said.reason()),
        now);
  }

  void spent(InjectedPod pod, SpendReport report) {
    byPod.compute(
        pod.uid(),
        (uid, entry) -> {
          Entry known = entry == null ? unknown(uid) : entry;
          SpendView spend = new SpendView(uid, report.windows());
          return new Entry(known.ack(), known.nonce(), spend, clock.instant());
        });
    changed.run();
  }

  /** Forgets every pod that is not among these and spent nothing that still counts. */
  public void keepOnly(Set<String> podUids) {
    Instant oldest = clock.instant().minus(LONGEST_WINDOW);
    byPod
        .entrySet()
        .removeIf(pod -> !podUids.contains(pod.getKey()) && over(pod.getValue(), oldest));
    List<String> gone =
        byPod.entrySet().stream()
            .filter(pod -> !podUids.contains(pod.getKey()))
            .sorted(Comparator.comparing(pod -> pod.getValue().spendAt()))
            .map(Map.Entry::getKey)
            .toList();
    gone.stream().limit(Math.max(0, gone.size() - MOST_GONE)).forEach(byPod::remove);
  }

  private static boolean over(Entry entry, Instant oldest) {
    return entry.spend().windows().isEmpty() || entry.spendAt().isBefore(oldest);
  }

  /** What this replica published before it was started anew under its name. */
  public void restore(ReplicaReport before) {
    for (ReplicaReport.Row row : before.rows()) {
      byPod.putIfAbsent(
          row.ack().podUid(),
          new Entry(row.ack(), 0, new SpendView(row.ack().podUid(), row.spend()), row.spendAt()));
    }
  }

  /** In the order of the pods' uids. */
  public List<ReplicaReport.Row> rows() {
    return byPod.values().stream()
        .map(entry -> new ReplicaReport.Row(entry.ack(), entry.spend().windows(), entry.spendAt()))
        .sorted(Comparator.comparing(row -> row.ack().podUid()))
        .toList();
  }

  private Entry unknown(String uid) {
    AckView nothing = new AckView(uid, null, null, null, null, clock.instant());
    return new Entry(nothing, 0, new SpendView(uid, List.of()), Instant.EPOCH);
  }

  private static String shortened(String reason) {
    return reason == null || reason.length() <= LONGEST_REASON
        ? reason
        : reason.substring(0, LONGEST_REASON);
  }
}
