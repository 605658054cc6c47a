package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who gets configuration, by tokens as a kubelet asks for them. A kubelet asks anew at four fifths
 * of a token's life, ten minutes at least, and replaces the file; here it does so at once, and it
 * is the stream that is short.
 */
class KubeletTokensIT {
  private static final String AUDIENCE = "tidegate-operator";

  private static ControlPlane api;
  private static Installation installation;
  private static Installation.Replica replica;
  private static String namespace;

  @BeforeAll
  static void start() {
    api = ControlPlane.start();
    installation = Installation.of(api);
    replica = installation.replica("operator-1", "STREAM_AGE_MILLIS", "10000");
    installation.webhookTo(replica);
    namespace = installation.governedNamespace("team");
    installation.policy(namespace, 100);
  }

  @AfterAll
  static void stop() throws Exception {
    if (installation != null) {
      installation.close();
    }
    if (api != null) {
      api.close();
    }
  }

  @Test
  void aRenewedTokenGoesOnWhereTheOneBeforeItEnds() {
    Pod pod = installation.pods.running(namespace, "renewed");
    String first = installation.pods.kubeletToken(pod, AUDIENCE);
    StubSidecar before = installation.sidecar(replica).acknowledging().connect(first);
    until("configuration", () -> !before.configurations().isEmpty());
    until("the stream has reached its age", before::ended);

    String second = installation.pods.kubeletToken(pod, AUDIENCE);
    assertThat(second).isNotEqualTo(first);
    String held = before.configurations().getFirst().version();
    StubSidecar after = installation.sidecar(replica).connect(second, held);
    assertThat(after.status()).isEqualTo(200);
    until("the whole of that stream", after::ended);
    assertThat(after.configurations()).as("what it holds is not sent again").isEmpty();
    until(
        () -> "1/1, now " + installation.programmed(namespace),
        () -> installation.programmed(namespace).startsWith("1/"));
  }

  /** A token that the application has anyway, for the API server or for somebody else. */
  @Test
  void aTokenForAnotherAudienceIsRefused() {
    for (String[] audiences : new String[][] {{}, {"vault"}}) {
      StubSidecar sidecar = installation.sidecar(replica);
      sidecar.connect(api.token(namespace, "default", Duration.ofHours(1), audiences));
      assertThat(sidecar.status()).isEqualTo(401);
      assertThat(sidecar.body()).contains("TokenNotAccepted");
    }
  }

  @Test
  void theTokenOfAPodThatIsGoneIsRefusedAlsoWhereAnotherHasItsName() {
    Pod pod = installation.pods.running(namespace, "replaced");
    String token = installation.pods.kubeletToken(pod, AUDIENCE);
    StubSidecar sidecar = installation.sidecar(replica).connect(token);
    assertThat(sidecar.status()).isEqualTo(200);
    installation.admin.resource(pod).withGracePeriod(0).delete();
    until("its stream ends", sidecar::ended);
    Pod other = installation.pods.running(namespace, "replaced");

    StubSidecar[] last = new StubSidecar[1];
    until(
        // The API server remembers for some seconds that a token was good.
        () -> "the token of the pod before: " + last[0].status(),
        () -> {
          last[0] = installation.sidecar(replica).connect(token);
          return last[0].status() == 401 || last[0].status() == 403;
        });
    assertThat(last[0].body()).containsAnyOf("TokenNotAccepted", "PodNotFound");
    StubSidecar successor =
        installation.sidecar(replica).connect(installation.pods.kubeletToken(other, AUDIENCE));
    assertThat(successor.status()).isEqualTo(200);
  }

  /** For no other account and to nobody else does the API server give one that we would take. */
  @Test
  void nobodyButAPodsKubeletGetsATokenForOurAudience() {
    Pod pod = installation.pods.running(namespace, "foreign");
    assertThat(installation.pods.kubeletToken(pod, AUDIENCE)).isNotEmpty();
    assertThatThrownBy(() -> api.token(namespace, "default", Duration.ofHours(1), AUDIENCE))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(AUDIENCE);
    for (String node : new String[] {"node-1", "node-2"}) {
      String account = node.equals("node-1") ? "other" : "default";
      assertThatThrownBy(() -> new Kubelet(api, node).ask(pod, account, AUDIENCE))
          .as(node + " for ServiceAccount " + account)
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
  }
}
