package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.SidecarProfile;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which sidecar images are served, as profiles come and go. */
class TrustedImagesLineTest {
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

  private boolean isServed(String pod) {
    try (StubSidecar sidecar = connect(pod)) {
      return sidecar.status() == 200;
    }
  }

  @Test
  void anImageThatIsNotOursIsRefusedUntilTheAdministratorSaysOtherwise() {
    podOf("foreign", "team/sidecar:1");
    cluster.apply(SidecarProfile.class, "team", "own", "{image: 'team/sidecar:1'}");
    try (StubSidecar sidecar = connect("foreign")) {
      assertThat(sidecar.status()).isEqualTo(403);
      assertThat(sidecar.body()).contains("ForeignSidecarImage");
    }
    profile("own", "team/sidecar:1");
    until("trust", () -> isServed("foreign"));
  }

  @Test
  void aNewTagInAProfileLeavesThePodsOfTheOldOneTheirStream() {
    profile("mirror", "mirror/sidecar:1");
    podOf("running", "mirror/sidecar:1");
    until("trust", () -> isServed("running"));
    try (StubSidecar sidecar = connect("running")) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      profile("mirror", "mirror/sidecar:2");
      // Profiles are heard of in order: who trusts this one knows of the edit.
      profile("witness", "witness/sidecar:1");
      podOf("witness", "witness/sidecar:1");
      until("the edit", () -> isServed("witness"));
      assertThat(sidecar.ended()).isFalse();
      assertThat(isServed("running")).isTrue();
    }
  }

  @Test
  void aRepositoryThatIsTakenBackTakesConfigurationAndCredentialsBack() {
    profile("mirror", "mirror/sidecar:1");
    podOf("mirrored", "mirror/sidecar:1");
    cluster.pod("team", "own");
    until("trust", () -> isServed("mirrored"));
    try (StubSidecar mirrored = connect("mirrored");
        StubSidecar own = connect("own")) {
      until("configuration", () -> mirrored.configurations().size() == 1);
      until("the other's configuration", () -> own.configurations().size() == 1);
      profile("mirror", TestCluster.IMAGE);
      until("end", mirrored::ended);
      assertThat(mirrored.all(StreamFrame.Goodbye.class).getFirst().reason())
          .contains("team/mirrored", "image mirror/sidecar:1");
      assertThat(mirrored.frames.get(mirrored.frames.size() - 2))
          .isEqualTo(new StreamFrame.Credentials(Map.of()));
      assertThat(isServed("mirrored")).isFalse();
      assertThat(own.ended()).isFalse();
    }
  }

  @Test
  void aProfileThatIsDeletedTakesItsRepositoryAlong() {
    profile("mirror", "mirror/sidecar:1");
    podOf("mirrored", "mirror/sidecar:1");
    until("trust", () -> isServed("mirrored"));
    try (StubSidecar mirrored = connect("mirrored")) {
      until("configuration", () -> mirrored.configurations().size() == 1);
      cluster
          .client()
          .resources(SidecarProfile.class)
          .inNamespace(TestCluster.OPERATOR)
          .withName("mirror")
          .delete();
      until("end", mirrored::ended);
    }
  }

  private void profile(String name, String image) {
    cluster.apply(SidecarProfile.class, TestCluster.OPERATOR, name, "{image: '" + image + "'}");
  }

  private void podOf(String name, String image) {
    cluster.pod(
        "team",
        name,
        pod -> {
          pod.getSpec().getInitContainers().getFirst().setImage(image);
          return pod;
        });
  }
}
