package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SidecarIdentityLineTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;

  @BeforeEach
  void start() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
    operator = cluster.operator();
  }

  @AfterEach
  void close() {
    operator.close();
    cluster.close();
    vertx.close().await();
  }

  private StubSidecar connect(String pod) {
    return new StubSidecar(vertx, operator).connect(TestCluster.token("team", pod));
  }

  private List<Event> events() {
    return cluster.client().v1().events().inNamespace("team").list().getItems();
  }

  @Test
  void aTokenThatTheApiServerDoesNotKnowIs401() {
    try (StubSidecar sidecar = new StubSidecar(vertx, operator).connect("made-up")) {
      assertThat(sidecar.status()).isEqualTo(401);
      assertThat(sidecar.body()).contains("TokenNotAccepted", "tidegate-operator");
    }
  }

  @Test
  void theApplicationsOwnTokenIs401() {
    cluster.pod("team", "desk");
    String token = TokenReviews.appToken("team", "desk");
    try (StubSidecar sidecar = connect("desk");
        StubSidecar app = new StubSidecar(vertx, operator).connect(token)) {
      assertThat(sidecar.status()).isEqualTo(200);
      assertThat(app.status()).isEqualTo(401);
      assertThat(app.body()).contains("TokenNotAccepted");
    }
  }

  @Test
  void aPodWhoseAppHoldsATokenForUsIsRefusedWithAnEvent() {
    Pod pod = cluster.pod("team", "greedy", SidecarIdentityLineTest::withTokenInApp);
    try (StubSidecar sidecar = connect("greedy")) {
      assertThat(sidecar.status()).isEqualTo(403);
      assertThat(sidecar.body()).contains("TokenOutsideSidecar", "team/greedy", "volume mine");
      assertThat(sidecar.body()).contains("\"credentials\":\"withdrawn\"");
    }
    until("the Event", () -> events().size() == 1);
    Event event = events().getFirst();
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("TokenOutsideSidecar");
    assertThat(event.getInvolvedObject().getUid()).isEqualTo(pod.getMetadata().getUid());
    assertThat(event.getMessage()).contains("Pod team/greedy", "remove the volume");
    connect("greedy").close();
    assertThat(events()).hasSize(1);
  }

  private static Pod withTokenInApp(Pod pod) {
    pod.getSpec()
        .getVolumes()
        .add(
            new VolumeBuilder()
                .withName("mine")
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken("tidegate-operator", 3600L, "token")
                .endSource()
                .endProjected()
                .build());
    return pod;
  }

  @Test
  void aSidecarThatTakesItsTokenElsewhereIsRefused() {
    cluster.pod(
        "team",
        "astray",
        pod -> {
          pod.getSpec().getInitContainers().getFirst().getEnv().stream()
              .filter(e -> e.getName().equals("TIDEGATE_OPERATOR_URL"))
              .forEach(e -> e.setValue("https://evil.test"));
          return pod;
        });
    try (StubSidecar sidecar = connect("astray")) {
      assertThat(sidecar.status()).isEqualTo(403);
      assertThat(sidecar.body()).contains("SidecarAltered", "https://evil.test");
    }
  }

  @Test
  void aSidecarThatBelievesAForeignCaIsRefused() {
    cluster.pod(
        "team",
        "credulous",
        pod -> {
          pod.getSpec().getInitContainers().getFirst().getEnv().stream()
              .filter(e -> e.getName().equals("TIDEGATE_CA_PEM"))
              .forEach(
                  e ->
                      e.setValue(
                          operator.caPem()
                              + "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n"));
          return pod;
        });
    try (StubSidecar sidecar = connect("credulous")) {
      assertThat(sidecar.status()).isEqualTo(403);
      assertThat(sidecar.body()).contains("ForeignAuthority", "TIDEGATE_CA_PEM");
      assertThat(sidecar.body()).contains("\"credentials\":\"kept\"");
    }
  }

  @Test
  void aPodThatIsCreatedAnewUnderItsNameIsAnotherPod() {
    cluster.pod("team", "app-0");
    String old;
    try (StubSidecar first = connect("app-0")) {
      until("configuration", () -> first.configurations().size() == 1);
      cluster.client().pods().inNamespace("team").withName("app-0").delete();
      cluster.pod(
          "team",
          "app-0",
          pod -> {
            pod.getMetadata().setUid("uid-anew");
            return pod;
          });
      until("the end of the old one's stream", first::ended);
      old = first.session();
      assertThat(first.acknowledge(old, Verdict.Running, null)).isEqualTo(401);
    }
    try (StubSidecar second = connect("app-0")) {
      assertThat(second.status()).isEqualTo(200);
      until("configuration", () -> second.configurations().size() == 1);
    }
  }

  @Test
  void theTokenOfAPodThatWasReplacedIsRefused() {
    cluster.pod("team", "app-0");
    cluster.client().pods().inNamespace("team").withName("app-0").delete();
    cluster
        .client()
        .resource(
            new PodBuilder(TestCluster.injected("team", "app-0"))
                .editMetadata()
                .withUid("uid-anew")
                .endMetadata()
                .build())
        .create();
    // The token's pod stays accepted until the cache has heard of its end.
    until("the end of the old pod", () -> !isServed("app-0"));
    try (StubSidecar sidecar = connect("app-0")) {
      assertThat(sidecar.status()).isEqualTo(403);
      assertThat(sidecar.body()).contains("PodNotFound", "team/app-0");
    }
  }

  private boolean isServed(String pod) {
    try (StubSidecar sidecar = connect(pod)) {
      return sidecar.status() == 200;
    }
  }

  @Test
  void aPodThatGetsAnEphemeralContainerLosesItsStreamAndItsCredentials() {
    cluster.pod("team", "app");
    try (StubSidecar sidecar = connect("app")) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      cluster
          .client()
          .pods()
          .inNamespace("team")
          .withName("app")
          .edit(
              pod -> {
                pod.getSpec()
                    .setEphemeralContainers(
                        List.of(new EphemeralContainerBuilder().withName("debugger").build()));
                return pod;
              });
      until("end", sidecar::ended);
      assertThat(sidecar.all(StreamFrame.Goodbye.class).getFirst().reason())
          .contains("team/app", "debugger");
      assertThat(sidecar.frames.get(sidecar.frames.size() - 2))
          .isEqualTo(new StreamFrame.Credentials(Map.of()));
    }
  }

  @Test
  void aStreamEndsInTimeForItsSidecarToProveItselfAgain() {
    operator.close();
    operator = cluster.operator("STREAM_AGE_MILLIS", "1000");
    cluster.pod("team", "app");
    try (StubSidecar sidecar = connect("app")) {
      until("end", sidecar::ended);
      assertThat(sidecar.all(StreamFrame.Goodbye.class)).hasSize(1);
    }
    cluster.revoke(TestCluster.token("team", "app"));
    try (StubSidecar again = connect("app")) {
      assertThat(again.status()).isEqualTo(401);
    }
  }

  @Test
  void aReportWithASessionThatIsNotOpenIs401() {
    cluster.pod("team", "app");
    try (StubSidecar sidecar = connect("app")) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      String session = sidecar.session();
      String wrongSecret = session.substring(0, session.length() - 1) + "~";
      assertThat(sidecar.acknowledge(wrongSecret, Verdict.Running, null)).isEqualTo(401);
      assertThat(sidecar.acknowledge("nothing", Verdict.Running, null)).isEqualTo(401);
      assertThat(sidecar.acknowledge(session, Verdict.Running, null)).isEqualTo(204);
    }
  }

  @Test
  void reviewsAreOneForEachConnect() {
    cluster.pod("team", "app");
    int before = cluster.reviews.get();
    try (StubSidecar sidecar = connect("app")) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      cluster.route("team", "r", "p", 200);
      until("second configuration", () -> sidecar.configurations().size() == 2);
    }
    assertThat(cluster.reviews.get() - before).isEqualTo(1);
  }
}
