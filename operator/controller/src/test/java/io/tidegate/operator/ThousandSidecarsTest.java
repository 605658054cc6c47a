package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThousandSidecarsTest {
  private static final int SIDECARS = 1_000;

  /** Sidecars come back with jitter, not all in one moment. */
  private static final int AT_ONCE = 50;

  @Test
  void everyOneOfAThousandSidecarsGetsAChange() {
    Vertx vertx = Vertx.vertx();
    try (TestCluster cluster = new TestCluster()) {
      cluster.namespace("team", Map.of());
      cluster.policy("team");
      for (int i = 0; i < SIDECARS; i++) {
        cluster.pod("team", "app-abc-" + i, ThousandSidecarsTest::ofADeployment);
      }
      try (Operator operator = cluster.operator()) {
        HttpClientAgent client = StubSidecar.client(vertx, operator);
        List<StubSidecar> sidecars = connect(client, operator);
        until("first", () -> sidecars.stream().allMatch(s -> s.configurations().size() == 1));
        cluster.route("team", "r", "p", 200);
        until(
            () -> sidecars.stream().filter(s -> s.configurations().size() < 2).count() + " lack it",
            () -> sidecars.stream().allMatch(s -> s.configurations().size() == 2));
        assertThat(sidecars.stream().map(s -> s.configurations().getLast().version()).distinct())
            .hasSize(1);
        assertThat(sidecars)
            .allSatisfy(
                s ->
                    assertThat(s.configurations())
                        .extracting(StreamFrame.Configuration::nonce)
                        .isSorted());
        client.close().await();
      }
    } finally {
      vertx.close().await();
    }
  }

  private static List<StubSidecar> connect(HttpClientAgent client, Operator operator) {
    List<StubSidecar> sidecars = new ArrayList<>();
    List<Future<?>> connecting = new ArrayList<>();
    for (int i = 0; i < SIDECARS; i++) {
      StubSidecar sidecar = new StubSidecar(client, operator.tlsPort());
      sidecars.add(sidecar);
      connecting.add(sidecar.connectLater(TestCluster.token("team", "app-abc-" + i), null));
      if (connecting.size() == AT_ONCE || i == SIDECARS - 1) {
        Future.all(connecting).await();
        connecting.clear();
      }
    }
    return sidecars;
  }

  private static Pod ofADeployment(Pod pod) {
    pod.getMetadata().getLabels().put("pod-template-hash", "abc");
    pod.getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion("apps/v1")
                    .withKind("ReplicaSet")
                    .withName("app-abc")
                    .withUid("rs")
                    .withController(true)
                    .build()));
    return pod;
  }
}
