package io.tidegate.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What others take out of the Secret and the ConfigMap, and replicas that want different names. */
@EnableKubernetesMockClient(crud = true)
class SharedIssuerTest {
  private static final String NAMESPACE = "tidegate-system";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  KubernetesClient client;

  private CertificateIssuer open(String name) {
    return CertificateIssuer.open(client, NAMESPACE, Set.of(name), () -> START);
  }

  private TlsSecret secret() {
    return new TlsSecret(client, NAMESPACE);
  }

  private void takeOut(String... keys) {
    Secret held = client.secrets().inNamespace(NAMESPACE).withName(TlsSecret.NAME).get();
    SecretBuilder rest = new SecretBuilder(held);
    for (String key : keys) {
      rest.removeFromData(key);
    }
    client.resource(rest.build()).update();
  }

  /** Two CAs: the first one only trusted, the second one signs. */
  private CertificateIssuer rotated() {
    CertificateIssuer issuer = open("extra.test");
    for (int i = 0; i < 2; i++) {
      takeOut("signer.crt", "signer.key");
      issuer.refresh();
    }
    assertThat(StoredState.of(secret()).trusted()).hasSize(2);
    return issuer;
  }

  @Test
  void anOldCaStaysTrustedWhereOnlyWhomClientsTrustWasTakenOut() {
    CertificateIssuer issuer = rotated();
    TlsState before = StoredState.of(secret());
    takeOut("ca.crt");
    assertThat(issuer.refresh()).isFalse();
    assertThat(StoredState.of(secret())).isEqualTo(before);
  }

  @Test
  void anOldCaStaysTrustedAlsoByAReplicaThatStartsWithoutThatPart() {
    String both = rotated().caPem();
    takeOut("ca.crt");
    assertThat(open("extra.test").caPem()).isEqualTo(both);
    assertThat(StoredState.of(secret()).caPem()).isEqualTo(both);
  }

  @Test
  void aCaThatIsAnnouncedStaysSoWhereWhomClientsTrustWasTakenOut() {
    CertificateIssuer issuer = open("extra.test");
    takeOut("signer.crt", "signer.key");
    issuer.refresh();
    TlsState announced = StoredState.of(secret());
    takeOut("ca.crt");
    assertThat(issuer.refresh()).isFalse();
    assertThat(StoredState.of(secret())).isEqualTo(announced);
  }

  @Test
  void theCasThatAreWrittenDownAreRepaired() {
    CertificateIssuer issuer = open("extra.test");
    Map<String, String> written = writtenDown().getData();
    client.resource(writtenDown()).delete();
    refresh(issuer, SharedIssuer.LOOKS_UNTIL_REPAIR);
    assertThat(writtenDown().getData()).isEqualTo(written);
    client
        .resource(
            new ConfigMapBuilder(writtenDown()).withData(Map.of("ca.crt", "anything")).build())
        .update();
    refresh(issuer, SharedIssuer.LOOKS_UNTIL_REPAIR);
    assertThat(writtenDown().getData()).isEqualTo(written);
  }

  @Test
  void replicasOfDifferentNamesShareOneCertificateOfAllOfThem() {
    CertificateIssuer old = open("old.test");
    CertificateIssuer next = open("next.test");
    old.refresh();
    KeyedCertificate leaf = StoredState.of(secret()).leaf();
    for (int i = 0; i < 3; i++) {
      assertThat(next.refresh()).isFalse();
      assertThat(old.refresh()).isFalse();
    }
    assertThat(StoredState.of(secret()).leaf()).isEqualTo(leaf);
    assertThat(old.sslOptions()).isEqualTo(next.sslOptions());
  }

  private static void refresh(CertificateIssuer issuer, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(issuer.refresh()).isFalse();
    }
  }

  private ConfigMap writtenDown() {
    return client.configMaps().inNamespace(NAMESPACE).withName(CaPublisher.CONFIG_MAP).get();
  }
}
