package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.tidegate.api.Condition;
import io.tidegate.api.ModelRoute;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.ObjectRef;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two replicas serve, one writes: what a person reads is one truth, whoever is asked; and one CA.
 */
class TwoReplicasIT {
  private static ControlPlane api;
  private static Installation installation;

  @BeforeAll
  static void start() throws Exception {
    api = ControlPlane.start();
    installation = Installation.of(api);
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
  void programmedFollowsPodsOfBothReplicasThroughScaleUpRefusalAndReplacement() {
    Installation.Replica one = installation.replica("operator-1");
    Installation.Replica two = installation.replica("operator-2");
    installation.webhookTo(one);
    String namespace = installation.governedNamespace("team");
    installation.policy(namespace, 100);

    for (String name : List.of("a", "b")) {
      acknowledge(connected(one, installation.pods.running(namespace, name)), null);
    }
    until("both run it", () -> installation.programmed(namespace).equals("2/2"));

    Pod late = installation.pods.running(namespace, "late");
    until("the new pod is expected", () -> installation.programmed(namespace).equals("2/3"));
    StubSidecar behind = connected(two, late);
    acknowledge(behind, new ObjectRef("ModelRoute", namespace, "r"));
    until(
        () -> "the refusal names the pod; now: " + programmed(namespace),
        () ->
            programmed(namespace).message().contains("late")
                && programmed(namespace).reason().equals("Refused"));
    assertThat(installation.programmed(namespace)).isEqualTo("2/3");

    installation.policy(namespace, 200);
    until("the corrected one comes", () -> behind.configurations().size() == 2);
    acknowledge(behind, null);
    until(
        "the other replica's pod counts",
        () -> installation.programmed(namespace).startsWith("1/3"));

    installation.admin.resource(late).withGracePeriod(0).delete();
    until(
        "a pod that is gone is not expected",
        () -> installation.programmed(namespace).endsWith("/2"));
  }

  @Test
  void aReplicaThatStartsWhileTheSecretIsGoneHasTheCaOfThoseThatRun() {
    String ca = installation.replica("operator-3").operator().caPem();
    installation.admin.resource(secret()).delete();
    assertThat(installation.replica("operator-4").operator().caPem()).isEqualTo(ca);
    assertThat(secret()).as("written back").isNotNull();
  }

  @Test
  void aCertificateThatIsTakenOutOfTheSecretIsIssuedAnewAndServedByBoth() {
    List<Installation.Replica> both =
        List.of(installation.replica("operator-5"), installation.replica("operator-6"));
    X509Certificate before = untilServedByBoth(both, leaf -> true);
    installation
        .admin
        .resource(
            new SecretBuilder(secret()).removeFromData("tls.crt").removeFromData("tls.key").build())
        .update();
    untilServedByBoth(both, leaf -> !leaf.equals(before));
  }

  private static Secret secret() {
    return installation
        .admin
        .secrets()
        .inNamespace(Installation.NAMESPACE)
        .withName(OperatorTls.SECRET)
        .get();
  }

  /** A connection that fails says nothing of the certificate: not yet. */
  private static X509Certificate untilServedByBoth(
      List<Installation.Replica> both, Predicate<X509Certificate> wanted) {
    AtomicReference<Object> last = new AtomicReference<>();
    until(
        () -> "both serve the certificate that is wanted; at last: " + last,
        () -> {
          try {
            X509Certificate one = served(both.getFirst());
            last.set(one);
            return wanted.test(one) && served(both.getLast()).equals(one);
          } catch (IOException e) {
            last.set(e);
            return false;
          }
        });
    return (X509Certificate) last.get();
  }

  private static X509Certificate served(Installation.Replica replica) throws IOException {
    return OperatorTls.served(
        "127.0.0.1", replica.operator().tlsPort(), replica.operator().caPem());
  }

  private static void acknowledge(StubSidecar sidecar, ObjectRef refused) {
    Verdict verdict = refused == null ? Verdict.Running : Verdict.Refused;
    assertThat(sidecar.acknowledge(sidecar.session(), verdict, refused)).isLessThan(300);
  }

  private static Condition programmed(String namespace) {
    return installation
        .admin
        .resources(ModelRoute.class)
        .inNamespace(namespace)
        .withName("r")
        .require()
        .getStatus()
        .conditions()
        .stream()
        .filter(condition -> condition.type().equals("Programmed"))
        .findFirst()
        .orElseThrow();
  }

  private StubSidecar connected(Installation.Replica replica, Pod pod) {
    StubSidecar sidecar =
        installation
            .sidecar(replica)
            .connect(installation.pods.kubeletToken(pod, "tidegate-operator"));
    assertThat(sidecar.status()).isEqualTo(200);
    until("configuration", () -> !sidecar.configurations().isEmpty());
    return sidecar;
  }
}
