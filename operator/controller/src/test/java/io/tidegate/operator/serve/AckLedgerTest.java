package io.tidegate.operator.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tidegate.operator.TestCluster;
import io.tidegate.operator.status.AckView;
import io.tidegate.operator.status.SpendView;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AckLedgerTest {
  private static final ObjectRef ROUTE = new ObjectRef("ModelRoute", "team", "r");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicInteger seconds = new AtomicInteger();
  private final AtomicInteger changes = new AtomicInteger();
  private final AckLedger ledger = ledger();
  private final InjectedPod pod = InjectedPod.of(TestCluster.injected("team", "app"));

  private AckLedger ledger() {
    return new AckLedger(
        () -> START.plusSeconds(seconds.getAndIncrement()), changes::incrementAndGet);
  }

  private static Acknowledgement running(long nonce, String version) {
    return new Acknowledgement("s", nonce, version, Verdict.Running, null, null);
  }

  private static Acknowledgement refused(long nonce, String version) {
    return new Acknowledgement("s", nonce, version, Verdict.Refused, ROUTE, "no such model");
  }

  private AckView ack() {
    return ledger.rows().getFirst().ack();
  }

  @Test
  void aRefusalLeavesWhatRuns() {
    ledger.connected(pod, null);
    ledger.acknowledged(pod, running(1, "v1"));
    ledger.acknowledged(pod, refused(2, "v2"));
    assertThat(ack().runningVersion()).isEqualTo("v1");
    assertThat(ack().refusedVersion()).isEqualTo("v2");
    assertThat(ack().refusedObject()).isEqualTo(ROUTE);
    ledger.acknowledged(pod, running(3, "v3"));
    assertThat(ack().runningVersion()).isEqualTo("v3");
    assertThat(ack().refusedVersion()).isNull();
  }

  @Test
  void anAcknowledgementThatArrivesLateChangesNothing() {
    ledger.connected(pod, null);
    ledger.acknowledged(pod, running(2, "v2"));
    ledger.acknowledged(pod, running(1, "v1"));
    assertThat(ack().runningVersion()).isEqualTo("v2");
  }

  @Test
  void whatASidecarHoldsWhenItConnectsIsWhatItRuns() {
    ledger.connected(pod, "v1");
    assertThat(ack().runningVersion()).isEqualTo("v1");
    Instant since = ack().since();
    ledger.connected(pod, "v1");
    assertThat(ack().since()).isEqualTo(since);
  }

  @Test
  void aPodThatIsGoneIsForgotten() {
    ledger.connected(pod, "v1");
    ledger.keepOnly(Set.of("other"));
    assertThat(ledger.rows()).isEmpty();
  }

  @Test
  void whatAPodSpentThatIsGoneCountsUntilItsWindowHasEnded() {
    ledger.connected(pod, "v1");
    ledger.spent(pod, spend("1.0", "0.5"));
    ledger.keepOnly(Set.of());
    List<ReplicaReport> all = List.of(new ReplicaReport("a", ledger.rows()));
    ReplicaReport.Merged merged =
        ReplicaReport.merge(all, Set.of(), START.plus(Duration.ofHours(24)));
    assertThat(merged.acks()).isEmpty();
    assertThat(merged.spends())
        .containsExactly(new SpendView(pod.uid(), spend("1.5", "0").windows()));
    assertThat(merged.superseded()).isEmpty();
    Instant later = START.plus(Duration.ofHours(26));
    assertThat(ReplicaReport.merge(all, Set.of(), later).spends()).isEmpty();
    assertThat(ReplicaReport.merge(all, Set.of(), later).superseded()).containsExactly("a");
    seconds.set(26 * 3600);
    ledger.keepOnly(Set.of());
    assertThat(ledger.rows()).isEmpty();
  }

  @Test
  void aReplicaThatStartsAnewKnowsWhatItPublished() {
    ledger.connected(pod, "v1");
    ledger.spent(pod, spend("1.0", "0"));
    AckLedger anew = ledger();
    anew.restore(new ReplicaReport("a", ledger.rows()));
    assertThat(anew.rows()).isEqualTo(ledger.rows());
  }

  @Test
  void everyChangeIsTold() {
    ledger.connected(pod, null);
    ledger.acknowledged(pod, running(1, "v1"));
    assertThat(changes).hasValue(2);
  }

  @Test
  void theNewestWordOfAllReplicasCounts() {
    AckLedger other = ledger();
    ledger.connected(pod, null);
    ledger.acknowledged(pod, running(1, "v1"));
    ledger.spent(pod, spend("1.0"));
    other.connected(pod, "v1");
    other.acknowledged(pod, running(7, "v2"));
    other.spent(pod, spend("2.0"));
    ReplicaReport one = new ReplicaReport("a", ledger.rows());
    ReplicaReport two = new ReplicaReport("b", other.rows());
    for (List<ReplicaReport> order : List.of(List.of(one, two), List.of(two, one))) {
      ReplicaReport.Merged merged = ReplicaReport.merge(order, Set.of(pod.uid()), START);
      assertThat(merged.acks()).extracting(AckView::runningVersion).containsExactly("v2");
      assertThat(merged.spends()).containsExactly(new SpendView(pod.uid(), spend("2.0").windows()));
      assertThat(merged.superseded()).containsExactly("a");
    }
  }

  @Test
  void aNewStreamThatSaidNothingYetDoesNotHideWhatWasSaidElsewhere() {
    AckLedger other = ledger();
    ledger.connected(pod, null);
    ledger.acknowledged(pod, running(1, "v1"));
    other.connected(pod, null);
    ReplicaReport.Merged merged =
        ReplicaReport.merge(
            List.of(new ReplicaReport("a", ledger.rows()), new ReplicaReport("b", other.rows())),
            Set.of(pod.uid()),
            START);
    assertThat(merged.acks()).extracting(AckView::runningVersion).containsExactly("v1");
    assertThat(merged.superseded()).containsExactly("b");
  }

  @Test
  void aReportSurvivesItsConfigMap() {
    try (TestCluster cluster = new TestCluster()) {
      ledger.connected(pod, "v1");
      ledger.spent(pod, spend("1.5"));
      ReplicaReport report = new ReplicaReport("a", ledger.rows());
      ReplicaReportStore store = new ReplicaReportStore(cluster.client(), TestCluster.OPERATOR);
      store.write(report);
      store.write(report);
      ConfigMap map =
          cluster
              .client()
              .configMaps()
              .inNamespace(TestCluster.OPERATOR)
              .withName("tidegate-acks-a")
              .get();
      assertThat(ReplicaReportStore.read(map)).contains(report);
    }
  }

  @Test
  void aConfigMapThatIsNoReportIsLeftOut() {
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("x")
            .endMetadata()
            .withBinaryData(Map.of("report.json.gz", "bm90IGd6aXA="))
            .build();
    assertThat(ReplicaReportStore.read(map)).isEmpty();
  }

  private static SpendReport spend(String usd) {
    return spend(usd, "0");
  }

  private static SpendReport spend(String usd, String reserved) {
    ObjectRef budget = new ObjectRef("TenantBudget", "team", "b");
    return new SpendReport(
        "s", List.of(new SpendReport.Window(budget, "day", Budget.Unit.Usd, 60, usd, reserved)));
  }
}
