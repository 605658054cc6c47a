package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** The steps of charts/README.md for a CA whose key may be in wrong hands. */
class StolenCaIT {
  @Test
  void nobodyIsToldToTrustTheOldCaAndPodsThatDoGetNothing() throws Exception {
    try (ControlPlane api = ControlPlane.start();
        Installation installation = Installation.of(api)) {
      Installation.Replica before = installation.replica("before");
      installation.webhookTo(before);
      String namespace = installation.governedNamespace("team");
      installation.policy(namespace, 100);
      Pod old = installation.pods.running(namespace, "old");
      String stolen = before.operator().caPem();
      until("its pods trust it", () -> trusted(installation, namespace).equals(stolen));
      assertThat(status(installation, before, old)).isEqualTo(200);

      before.close();
      var secrets = installation.admin.secrets().inNamespace(Installation.NAMESPACE);
      var maps = installation.admin.configMaps().inNamespace(Installation.NAMESPACE);
      secrets.withName(OperatorTls.SECRET).delete();
      maps.withName("tidegate-ca").delete();
      Installation.Replica after = installation.replica("after");

      String next = after.operator().caPem();
      assertThat(next).isNotEqualTo(stolen).containsOnlyOnce("BEGIN CERTIFICATE");
      until("pods to come trust the next", () -> trusted(installation, namespace).equals(next));
      until("the API server does", () -> OperatorTls.caBundle(installation.admin).equals(next));
      assertThatThrownBy(() -> OperatorTls.served("127.0.0.1", after.operator().tlsPort(), stolen))
          .isInstanceOf(SSLException.class);
      assertThat(status(installation, after, old)).isEqualTo(403);
      installation.webhookTo(after);
      Pod anew = installation.pods.running(namespace, "anew");
      assertThat(status(installation, after, anew)).isEqualTo(200);
    }
  }

  private static int status(Installation installation, Installation.Replica replica, Pod pod) {
    StubSidecar sidecar = installation.sidecar(replica);
    return sidecar.connect(installation.pods.kubeletToken(pod, "tidegate-operator")).status();
  }

  /** What the namespace's pods are told to trust; empty: nothing yet. */
  private static String trusted(Installation installation, String namespace) {
    var map = installation.admin.configMaps().inNamespace(namespace).withName("tidegate-ca").get();
    return map == null ? "" : map.getData().get("ca.crt");
  }
}
