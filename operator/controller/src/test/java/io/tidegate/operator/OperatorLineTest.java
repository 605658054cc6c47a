package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorLineTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;

  @BeforeEach
  void policy() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
    cluster.pod("team", "app");
  }

  @AfterEach
  void close() {
    if (operator != null) {
      operator.close();
    }
    cluster.close();
    vertx.close().await();
  }

  private StubSidecar connect() {
    return connect(null);
  }

  private StubSidecar connect(String held) {
    return new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"), held);
  }

  private static Integer cap(StubSidecar sidecar) {
    return sidecar.newest().routes().getFirst().rules().getFirst().limits().maxOutputTokens();
  }

  @Test
  void aChangedObjectReachesAConnectedSidecar() {
    operator = cluster.operator();
    try (StubSidecar sidecar = connect()) {
      until("first configuration", () -> sidecar.configurations().size() == 1);
      assertThat(cap(sidecar)).isEqualTo(100);
      cluster.route("team", "r", "p", 200);
      until("second configuration", () -> sidecar.configurations().size() == 2);
      assertThat(cap(sidecar)).isEqualTo(200);
      assertThat(sidecar.configurations().getLast().nonce())
          .isGreaterThan(sidecar.configurations().getFirst().nonce());
    }
  }

  @Test
  void aDeletedObjectLeavesTheConfiguration() {
    operator = cluster.operator();
    try (StubSidecar sidecar = connect()) {
      until("first configuration", () -> sidecar.configurations().size() == 1);
      cluster.client().resources(ModelRoute.class).inNamespace("team").withName("r").delete();
      until("second configuration", () -> sidecar.configurations().size() == 2);
      assertThat(sidecar.newest().routes()).isEmpty();
    }
  }

  @Test
  void aVersionThatTheSidecarHoldsIsNotSentAgain() {
    operator = cluster.operator("PING_INTERVAL_MILLIS", "20");
    String held;
    try (StubSidecar sidecar = connect()) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      held = sidecar.configurations().getFirst().version();
    }
    try (StubSidecar again = connect(held)) {
      until("three pings", () -> again.all(StreamFrame.Ping.class).size() >= 3);
      assertThat(again.configurations()).isEmpty();
      cluster.route("team", "r", "p", 200);
      until("the changed one", () -> again.configurations().size() == 1);
    }
  }

  @Test
  void aPodThatTheCacheDoesNotHaveYetIsReadFromTheApi() {
    operator = cluster.operator();
    cluster.pod("team", "late");
    try (StubSidecar sidecar =
        new StubSidecar(vertx, operator).connect(TestCluster.token("team", "late"))) {
      assertThat(sidecar.status()).isEqualTo(200);
      until("its configuration", () -> sidecar.configurations().size() == 1);
    }
  }

  @Test
  void aBrokenObjectDoesNotKeepTheOthersFromTheirSidecars() {
    operator = cluster.operator();
    try (StubSidecar sidecar = connect()) {
      until("first configuration", () -> sidecar.configurations().size() == 1);
      cluster.apply(
          ModelProvider.class,
          "team",
          "broken",
          "{type: OpenAICompatible, endpoint: 'not a url', models: [{name: m}]}");
      cluster.route("team", "r", "p", 300);
      until("the good change", () -> cap(sidecar) == 300);
    }
  }

  @Test
  void aPodThatIsGoneLosesItsStream() {
    operator = cluster.operator();
    try (StubSidecar sidecar = connect()) {
      until("first configuration", () -> sidecar.configurations().size() == 1);
      cluster.client().pods().inNamespace("team").withName("app").delete();
      until("end", sidecar::ended);
      assertThat(sidecar.all(StreamFrame.Goodbye.class)).hasSize(1);
    }
  }
}
