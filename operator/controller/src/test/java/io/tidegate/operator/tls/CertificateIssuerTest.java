package io.tidegate.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.tidegate.operator.trust.OwnAuthorities;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class CertificateIssuerTest {
  private static final String NAMESPACE = "tidegate-system";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  KubernetesClient client;
  KubernetesMockServer server;

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
    assertThat(secret.write(made(), null)).isTrue();
    assertThat(secret.write(made(), null)).isFalse();
  }

  @Test
  void anUpdateOfAVersionThatIsNoLongerThereIsRefused() {
    TlsSecret secret = new TlsSecret(client, NAMESPACE);
    secret.write(made(), null);
    String version = secret.read().orElseThrow().resourceVersion();
    assertThat(secret.write(made(), version)).isTrue();
    assertThat(secret.write(made(), version)).isFalse();
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
    delete();
    assertThat(second.refresh()).isFalse();
    assertThat(first.refresh()).isFalse();
    assertThat(first.caPem()).isEqualTo(ca);
    assertThat(open().caPem()).isEqualTo(ca);
  }

  @Test
  void aReplicaThatFindsNoSecretWaitsForOneThatRuns() {
    CertificateIssuer first = open();
    delete();
    List<Duration> waits = new ArrayList<>();
    CertificateIssuer second =
        CertificateIssuer.open(
            client,
            NAMESPACE,
            Set.of("extra.test"),
            clock::get,
            time -> {
              waits.add(time);
              if (waits.size() == 3) {
                first.refresh();
              }
            });
    assertThat(waits).hasSize(3);
    assertThat(second.caPem()).isEqualTo(first.caPem());
    assertThat(second.sslOptions()).isEqualTo(first.sslOptions());
  }

  @Test
  void whereNoReplicaRunsItMakesANewCaInTimeAndTheOldOneStaysTrusted() {
    String old = open().caPem();
    delete();
    List<Duration> waits = new ArrayList<>();
    CertificateIssuer alone = open(waits::add);
    assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
        .isEqualTo(CertificateIssuer.LOOK.multipliedBy(2));
    assertThat(alone.caPem()).endsWith(old).hasSizeGreaterThan(old.length());
    assertThat(new OwnAuthorities(alone.caPem()).only(old)).as("injected pods are served").isTrue();
    assertThat(open().caPem()).as("told to others").isEqualTo(alone.caPem());
    assertThat(leaf().issuedBy(StoredState.of(secret()).signer())).isTrue();
  }

  @Test
  void theFirstReplicaOfAllWaitsForNobody() {
    open(
        _ -> {
          throw new AssertionError("waits");
        });
  }

  @Test
  void aCertificateThatWasTakenOutIsIssuedAnewByTheSameCa() {
    CertificateIssuer first = open();
    CertificateIssuer second = open();
    for (String taken : List.of("tls.crt", "tls.key")) {
      final KeyedCertificate before = leaf();
      TlsState old = StoredState.of(secret());
      takeOut(taken);
      assertThat(first.refresh()).isTrue();
      assertThat(second.refresh()).isTrue();
      assertThat(second.sslOptions()).isEqualTo(first.sslOptions());
      assertThat(leaf()).isNotEqualTo(before);
      TlsState now = StoredState.of(secret());
      assertThat(now).isEqualTo(new TlsState(old.trusted(), old.signer(), old.next(), now.leaf()));
    }
  }

  @Test
  void aCaThatWasTakenOutIsFollowedByTheNextAndTakenOutAgainYieldsToIt() {
    CertificateIssuer first = open();
    CertificateIssuer second = open();
    TlsState old = StoredState.of(secret());
    takeOut("signer.crt", "signer.key");
    first.refresh();
    second.refresh();
    TlsState announced = StoredState.of(secret());
    KeyedCertificate next = announced.next().orElseThrow();
    assertThat(announced.signer()).isEqualTo(old.signer());
    assertThat(announced.leaf()).isEqualTo(old.leaf());
    assertThat(announced.trusted()).containsExactly(next.certificate(), old.signer().certificate());
    assertThat(second.caPem()).isEqualTo(first.caPem()).isEqualTo(announced.caPem());

    takeOut("signer.crt", "signer.key");
    second.refresh();
    first.refresh();
    TlsState rotated = StoredState.of(secret());
    assertThat(rotated.signer()).isEqualTo(next);
    assertThat(rotated.next()).isEmpty();
    assertThat(rotated.trusted()).isEqualTo(announced.trusted());
    assertThat(rotated.leaf().issuedBy(next)).isTrue();
    assertThat(second.sslOptions()).isEqualTo(first.sslOptions());
  }

  @Test
  void aCaThatWasTakenOutAndThatNoReplicaHoldsGivesWayToANewOneAndStaysTrusted() {
    String old = open().caPem();
    takeOut("signer.crt", "signer.key");
    client.configMaps().inNamespace(NAMESPACE).withName("tidegate-ca").delete();
    List<Duration> waits = new ArrayList<>();
    CertificateIssuer alone = open(waits::add);
    assertThat(waits).isNotEmpty();
    assertThat(alone.caPem()).endsWith(old).hasSizeGreaterThan(old.length());
    assertThat(leaf().issuedBy(StoredState.of(secret()).signer())).isTrue();
  }

  @Test
  void whatClientsTrustIsMadeGoodWhereItWasTakenOut() {
    CertificateIssuer issuer = open();
    String ca = issuer.caPem();
    takeOut("ca.crt");
    assertThat(issuer.refresh()).isFalse();
    assertThat(StoredState.of(secret()).caPem()).isEqualTo(ca);
  }

  @Test
  void theCasAreWrittenDownAlsoWhereThatFailedAtFirst() {
    server
        .expect()
        .post()
        .withPath("/api/v1/namespaces/" + NAMESPACE + "/configmaps")
        .andReturn(403, "")
        .once();
    CertificateIssuer issuer = open();
    assertThat(client.configMaps().inNamespace(NAMESPACE).withName("tidegate-ca").get()).isNull();
    issuer.refresh();
    assertThat(configMap(NAMESPACE)).isEqualTo(Map.of("ca.crt", issuer.caPem()));
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
    put("tls.key", "bm8ga2V5");
    assertThatThrownBy(this::open)
        .isInstanceOf(CertificatesUnusable.class)
        .hasMessageContaining("Secret tidegate-system/tidegate-operator-tls")
        .hasMessageContaining("tls.key")
        .hasMessageContaining("next:");
    assertThat(held().getData()).containsEntry("tls.key", "bm8ga2V5");
  }

  @Test
  void whatIsDamagedIsMendedByTheStepThatIsNamed() {
    CertificateIssuer running = open();
    String ca = running.caPem();
    String otherKey = held().getData().get("signer.key");
    for (String damaged : List.of("tls.crt", "tls.key")) {
      put(damaged, "bm8ga2V5");
      assertThatThrownBy(running::refresh)
          .hasMessageContaining(" in data." + damaged)
          .hasMessageEndingWith(
              "; next: remove data.tls.crt and data.tls.key, and a new certificate is issued");
      takeOut("tls.crt", "tls.key");
      assertThat(running.refresh()).isTrue();
    }
    put("tls.key", otherKey);
    assertThatThrownBy(running::refresh)
        .hasMessageContaining("has in data.tls.key no key to data.tls.crt; next: remove");
    takeOut("tls.crt", "tls.key");
    running.refresh();
    for (String damaged : List.of("ca.crt", "signer.crt", "signer.key")) {
      put(damaged, "no base64");
      assertThatThrownBy(running::refresh)
          .hasMessageContaining(" in data." + damaged + "; next: delete the Secret");
      delete();
      running.refresh();
      assertThat(running.caPem()).isEqualTo(ca);
    }
  }

  private CertificateIssuer open(Consumer<Duration> pause) {
    return CertificateIssuer.open(client, NAMESPACE, Set.of("extra.test"), clock::get, pause);
  }

  private static TlsState made() {
    Renewal renewal = new Renewal(new Authority(), List.of("x"));
    return renewal.complete(TlsParts.NONE, Optional.empty(), START);
  }

  private TlsSecret secret() {
    return new TlsSecret(client, NAMESPACE);
  }

  private KeyedCertificate leaf() {
    return StoredState.of(secret()).leaf();
  }

  private Secret held() {
    return client.secrets().inNamespace(NAMESPACE).withName(TlsSecret.NAME).get();
  }

  private void delete() {
    client.resource(held()).delete();
  }

  private void put(String key, String value) {
    client.resource(new SecretBuilder(held()).addToData(key, value).build()).update();
  }

  private void takeOut(String... keys) {
    SecretBuilder rest = new SecretBuilder(held());
    for (String key : keys) {
      rest.removeFromData(key);
    }
    client.resource(rest.build()).update();
  }

  private Map<String, String> configMap(String namespace) {
    return client.configMaps().inNamespace(namespace).withName("tidegate-ca").get().getData();
  }
}
