package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.api.Condition;
import io.tidegate.api.Condition.Status;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.status.WriterElection;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Vertx;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private final List<Operator> replicas = new ArrayList<>();

  @BeforeEach
  void policy() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
    cluster.pod("team", "app");
  }

  @AfterEach
  void close() {
    replicas.forEach(Operator::close);
    cluster.close();
    vertx.close().await();
  }

  private Operator replica(String name) {
    return replica(name, 60_000);
  }

  /** A Lease that is short is lost, too, by a replica that gets no processor for a while. */
  private Operator replica(String name, int leaseMillis) {
    String duration = Integer.toString(leaseMillis);
    Operator operator = cluster.operator("REPLICA", name, "LEASE_DURATION_MILLIS", duration);
    replicas.add(operator);
    return operator;
  }

  private StubSidecar connect(Operator operator) {
    return new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"));
  }

  private ModelRoute route() {
    return cluster.client().resources(ModelRoute.class).inNamespace("team").withName("r").get();
  }

  private Optional<Condition> condition(String type) {
    ModelRoute route = route();
    return route.getStatus() == null
        ? Optional.empty()
        : route.getStatus().conditions().stream().filter(c -> c.type().equals(type)).findFirst();
  }

  private boolean programmed(Status status) {
    return condition("Programmed").filter(c -> c.status() == status).isPresent();
  }

  private boolean written(Operator operator) {
    return new AdminPages(operator.adminPort())
        .get("/metrics")
        .body()
        .contains("tidegate_operator_status_writes_total");
  }

  @Test
  void anObjectIsProgrammedOnlyOnceItsSidecarSaysSo() {
    Operator operator = replica("a");
    try (StubSidecar sidecar = connect(operator)) {
      until("a status", () -> condition("Accepted").isPresent());
      until("configuration", () -> sidecar.configurations().size() == 1);
      assertThat(programmed(Status.True)).isFalse();
      sidecar.acknowledge(sidecar.session(), Verdict.Running, null);
      until("Programmed", () -> programmed(Status.True));
      assertThat(route().getStatus().programmed()).isEqualTo("1/1");
      assertThat(route().getStatus().observedGeneration())
          .isEqualTo(route().getMetadata().getGeneration());
    }
  }

  @Test
  void anAcknowledgementWithAWrongSessionProgramsNothing() {
    Operator operator = replica("a");
    try (StubSidecar sidecar = connect(operator)) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      until("a status", () -> condition("Programmed").isPresent());
      assertThat(sidecar.acknowledge("x.y", Verdict.Running, null)).isEqualTo(401);
      cluster.policyOf("other");
      until("the other's status", () -> cluster.statusOf("other").isPresent());
      assertThat(programmed(Status.True)).isFalse();
    }
  }

  @Test
  void aRefusalLandsOnTheObjectThatItBlames() {
    Operator operator = replica("a");
    try (StubSidecar sidecar = connect(operator)) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      sidecar.acknowledge(
          sidecar.session(), Verdict.Refused, new ObjectRef("ModelRoute", "team", "r"));
      until("not Programmed", () -> programmed(Status.False));
      assertThat(condition("Programmed").orElseThrow().message()).contains("team/app");
    }
  }

  @Test
  void aStatusThatStaysIsNotWrittenAgain() {
    Operator operator = replica("a");
    try (StubSidecar sidecar = connect(operator).acknowledging()) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      sidecar.acknowledge(sidecar.session(), Verdict.Running, null);
      until("Programmed", () -> programmed(Status.True));
      ModelRoute before = route();
      cluster.policyOf("other");
      until("the other's status", () -> cluster.statusOf("other").isPresent());
      assertThat(route().getMetadata().getResourceVersion())
          .isEqualTo(before.getMetadata().getResourceVersion());
    }
  }

  @Test
  void whatASidecarSpentIsInTheBudgetsStatus() {
    cluster.apply(
        TenantBudget.class,
        "team",
        "b",
        "{subject: {}, limits: [{name: parallel, concurrentRequests: 5}]}");
    Operator operator = replica("a");
    ObjectRef budget = new ObjectRef("TenantBudget", "team", "b");
    try (StubSidecar sidecar = connect(operator)) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      SpendReport report =
          new SpendReport(
              sidecar.session(),
              List.of(
                  new SpendReport.Window(
                      budget, "parallel", Budget.Unit.ConcurrentRequests, 0, "3", "0")));
      assertThat(sidecar.spend(report)).isEqualTo(204);
      until(
          "the budget's window",
          () -> {
            TenantBudget held =
                cluster
                    .client()
                    .resources(TenantBudget.class)
                    .inNamespace("team")
                    .withName("b")
                    .get();
            return held.getStatus() != null
                && held.getStatus().windows().stream()
                    .anyMatch(w -> Long.valueOf(3).equals(w.spent()));
          });
    }
  }

  @Test
  void ofTwoReplicasOneWritesWhatBothHeard() {
    Operator writer = replica("a");
    until("a status", () -> condition("Accepted").isPresent());
    Operator other = replica("b");
    try (StubSidecar sidecar = connect(other)) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      sidecar.acknowledge(sidecar.session(), Verdict.Running, null);
      until("Programmed", () -> programmed(Status.True));
    }
    assertThat(written(writer)).isTrue();
    assertThat(written(other)).isFalse();
    writer.close();
    cluster.route("team", "r", "p", 300);
    until("the other writes", () -> written(other));
  }

  @Test
  void aReplicaThatLosesTheLeaseGoesOnServing() {
    Operator operator = replica("a", 2_000);
    until("a status", () -> condition("Accepted").isPresent());
    try (StubSidecar sidecar = connect(operator)) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      until("the theft", this::stole);
      cluster.route("team", "r", "p", 200);
      until("the change", () -> sidecar.configurations().size() == 2);
      assertThat(sidecar.ended()).isFalse();
      until(
          "the writer again, once the thief's Lease is over",
          () ->
              cluster
                  .statusOf("team")
                  .filter(
                      status ->
                          status.observedGeneration().equals(route().getMetadata().getGeneration()))
                  .isPresent());
    }
  }

  /** False if the holder renewed in between. */
  private boolean stole() {
    try {
      cluster
          .client()
          .resources(Lease.class)
          .inNamespace(TestCluster.OPERATOR)
          .withName(WriterElection.LEASE)
          .edit(
              lease -> {
                lease.getSpec().setHolderIdentity("thief");
                lease.getSpec().setRenewTime(ZonedDateTime.now(java.time.ZoneOffset.UTC));
                return lease;
              });
      return true;
    } catch (KubernetesClientException conflict) {
      return false;
    }
  }
}
