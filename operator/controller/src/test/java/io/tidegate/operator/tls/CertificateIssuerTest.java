package io.tidegate.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class CertificateIssuerTest {
  private static final String NAMESPACE = "tidegate-system";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  KubernetesClient client;

  private final AtomicReference<Instant> clock = new AtomicReference<>(START);

  private CertificateIssuer open() {
    return CertificateIssuer.open(client, NAMESPACE, Set.of("extra.test"), clock::get);
  }

  @Test
  void aSecondReplicaUsesWhatTheFirstMade() {
    CertificateIssuer first = open();
    CertificateIssuer second = open();
    assertThat(second.caPem()).isEqualTo(first.caPem());
    assertThat(second.sslOptions()).isEqualTo(first.sslOptions());
  }

  @Test
  void aReplicaThatLosesTheRaceToCreateTakesTheWinners() {
    TlsSecret secret = new TlsSecret(client, NAMESPACE);
    Renewal renewal = new Renewal(new Authority(), List.of("x"));
    assertThat(secret.write(renewal.first(START), null)).isTrue();
    assertThat(secret.write(renewal.first(START), null)).isFalse();
  }

  @Test
  void anUpdateOfAVersionThatIsNoLongerThereIsRefused() {
    TlsSecret secret = new TlsSecret(client, NAMESPACE);
    Renewal renewal = new Renewal(new Authority(), List.of("x"));
    secret.write(renewal.first(START), null);
    String version = secret.read().orElseThrow().resourceVersion();
    assertThat(secret.write(renewal.first(START), version)).isTrue();
    assertThat(secret.write(renewal.first(START), version)).isFalse();
  }

  @Test
  void oneReplicaRenewsAndTheOtherFollows() {
    CertificateIssuer first = open();
    CertificateIssuer second = open();
    assertThat(first.refresh()).isFalse();
    clock.set(START.plus(Duration.ofDays(61)));
    assertThat(first.refresh()).isTrue();
    assertThat(second.refresh()).isTrue();
    assertThat(second.sslOptions()).isEqualTo(first.sslOptions());
    assertThat(second.leafExpiry()).isEqualTo(clock.get().plus(Authority.LEAF_LIFE));
  }

  @Test
  void aSecretThatWasDeletedIsWrittenAgainAndNobodyNeedsToTrustAnotherCa() {
    CertificateIssuer first = open();
    CertificateIssuer second = open();
    String ca = first.caPem();
    client.secrets().inNamespace(NAMESPACE).withName(TlsSecret.NAME).delete();
    assertThat(second.refresh()).isFalse();
    assertThat(first.refresh()).isFalse();
    assertThat(first.caPem()).isEqualTo(ca);
    assertThat(open().caPem()).isEqualTo(ca);
  }

  @Test
  void listenersHearOfANewCa() {
    CertificateIssuer issuer = open();
    List<String> heard = new ArrayList<>();
    issuer.onCaChange(heard::add);
    clock.set(START.plus(Duration.ofDays(2500)));
    issuer.refresh();
    assertThat(heard).containsExactly(issuer.caPem());
    assertThat(issuer.caPem().split("BEGIN CERTIFICATE", -1)).hasSize(3);
  }

  @Test
  void aDamagedSecretIsNamedWithFieldAndNextStepAndNeverReplaced() {
    open();
    Secret held = client.secrets().inNamespace(NAMESPACE).withName(TlsSecret.NAME).get();
    client.resource(new SecretBuilder(held).addToData("tls.key", "bm8ga2V5").build()).update();
    assertThatThrownBy(this::open)
        .isInstanceOf(CertificatesUnusable.class)
        .hasMessageContaining("Secret tidegate-system/tidegate-operator-tls")
        .hasMessageContaining("tls.key")
        .hasMessageContaining("next:");
  }

  @Test
  void theCaReachesEachNamespaceAndIsRepairedThere() {
    CaPublisher publisher = new CaPublisher(client);
    publisher.publish(List.of("a", "b"), "one");
    publisher.publish(List.of("a"), "two");
    assertThat(configMap("a")).isEqualTo(Map.of("ca.crt", "two"));
    assertThat(configMap("b")).isEqualTo(Map.of("ca.crt", "one"));
  }

  @Test
  void theWebhooksBundleIsSetWhereAWebhookExists() {
    CaPublisher publisher = new CaPublisher(client);
    assertThat(publisher.patchWebhook("tidegate", "pem")).isFalse();
    client
        .resource(
            new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("tidegate")
                .endMetadata()
                .addNewWebhook()
                .withName("pods.tidegate.io")
                .withNewClientConfig()
                .withUrl("https://x")
                .endClientConfig()
                .endWebhook()
                .build())
        .create();
    assertThat(publisher.patchWebhook("tidegate", "pem")).isTrue();
    String bundle =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName("tidegate")
            .get()
            .getWebhooks()
            .getFirst()
            .getClientConfig()
            .getCaBundle();
    assertThat(Base64.getDecoder().decode(bundle))
        .isEqualTo("pem".getBytes(StandardCharsets.US_ASCII));
  }

  private Map<String, String> configMap(String namespace) {
    return client.configMaps().inNamespace(namespace).withName("tidegate-ca").get().getData();
  }
}
