package io.tidegate.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.tidegate.operator.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class SuppliedCertificateTest {
  private static final String NAMESPACE = "tidegate-system";
  private static final String NAME = "tidegate-operator-certificate";

  /** A client's trust goes by the real clock, so the certificates do too. */
  private final Instant now = Instant.now();

  KubernetesClient client;
  KubernetesMockServer server;

  private final Authority authority = new Authority();
  private final AtomicReference<Instant> clock = new AtomicReference<>(now);

  private CertificateIssuer open() {
    return CertificateIssuer.supplied(client, NAMESPACE, NAME, clock::get);
  }

  private void put(String type, Map<String, String> data) {
    Map<String, String> encoded = new TreeMap<>();
    data.forEach(
        (key, value) ->
            encoded.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(NAME)
            .endMetadata()
            .withType(type)
            .withData(encoded)
            .build();
    client.resource(secret).createOr(r -> r.update());
  }

  private void put(Map<String, String> data) {
    put("kubernetes.io/tls", data);
  }

  private Map<String, String> issued(KeyedCertificate ca) {
    KeyedCertificate leaf = authority.newLeaf(ca, List.of("localhost"), now);
    return Map.of(
        "ca.crt", Pem.of(List.of(ca.certificate())),
        "tls.crt", Pem.of(List.of(leaf.certificate())),
        "tls.key", Pem.of(leaf.key()));
  }

  @Test
  void clientsThatTrustTheSuppliedCaAreServedAndARenewalReachesTheListener() {
    KeyedCertificate ca = authority.newCa(now);
    put(issued(ca));
    CertificateIssuer issuer = open();
    assertThat(issuer.caPem()).isEqualTo(Pem.of(List.of(ca.certificate())));
    Vertx vertx = Vertx.vertx();
    try {
      ServerSSLOptions begun = issuer.sslOptions();
      HttpServer server = listen(vertx, begun);
      issuer.attach(server, begun);
      assertThat(answer(vertx, server, issuer.caPem())).isEqualTo("served");
      assertThat(issuer.refresh()).as("nothing new").isFalse();
      KeyedCertificate next = authority.newCa(now);
      put(issued(next));
      assertThat(issuer.refresh()).isTrue();
      String nextOnly = Pem.of(List.of(next.certificate()));
      Eventually.until("the new leaf", () -> answer(vertx, server, nextOnly).equals("served"));
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void aListenerThatBeganBeforeARenewalAndIsAttachedAfterItServesTheNewCertificate() {
    put(issued(authority.newCa(now)));
    CertificateIssuer issuer = open();
    Vertx vertx = Vertx.vertx();
    try {
      ServerSSLOptions begun = issuer.sslOptions();
      HttpServer server = listen(vertx, begun);
      KeyedCertificate next = authority.newCa(now);
      put(issued(next));
      issuer.refresh();
      issuer.attach(server, begun);
      String nextOnly = Pem.of(List.of(next.certificate()));
      Eventually.until("the new leaf", () -> answer(vertx, server, nextOnly).equals("served"));
    } finally {
      vertx.close().await();
    }
  }

  private static HttpServer listen(Vertx vertx, ServerSSLOptions tls) {
    HttpServerOptions options = new HttpServerOptions().setSsl(true);
    options.setKeyCertOptions(tls.getKeyCertOptions());
    return vertx
        .createHttpServer(options)
        .requestHandler(request -> request.response().end("served"))
        .listen(0, "localhost")
        .await();
  }

  private static String answer(Vertx vertx, HttpServer server, String caPem) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem)));
    HttpClient client = vertx.createHttpClient(options);
    return client
        .request(HttpMethod.GET, server.actualPort(), "localhost", "/")
        .compose(request -> request.send())
        .compose(response -> response.body())
        .map(Buffer::toString)
        .otherwise(refused -> "refused: " + refused.getMessage())
        .eventually(client::close)
        .await();
  }

  @Test
  void aCaThatCannotBeWrittenDownIsServedAllTheSame() {
    KeyedCertificate first = authority.newCa(now);
    KeyedCertificate second = authority.newCa(now);
    put(issued(first));
    CertificateIssuer issuer = open();
    ConfigMap refused = client.configMaps().inNamespace(NAMESPACE).withName("tidegate-ca").get();
    server
        .expect()
        .put()
        .withPath("/api/v1/namespaces/" + NAMESPACE + "/configmaps/tidegate-ca")
        .andReturn(403, "")
        .once();
    put(issued(second));
    assertThat(issuer.refresh()).isTrue();
    assertThat(issuer.caPem())
        .isEqualTo(Pem.of(List.of(second.certificate(), first.certificate())));
    assertThat(client.resource(refused).get().getData()).isEqualTo(refused.getData());
    issuer.refresh();
    assertThat(client.resource(refused).get().getData()).containsValue(issuer.caPem());
  }

  @Test
  void aCaThatWasReplacedStaysTrustedUntilItExpires() {
    KeyedCertificate first = authority.newCa(now);
    KeyedCertificate second = authority.newCa(now);
    put(issued(first));
    CertificateIssuer issuer = open();
    List<String> heard = new ArrayList<>();
    issuer.onCaChange(heard::add);
    put(issued(second));
    issuer.refresh();
    String both = Pem.of(List.of(second.certificate(), first.certificate()));
    assertThat(heard).containsExactly(both);
    assertThat(open().caPem()).as("after a restart").isEqualTo(both);
    clock.set(now.plus(Authority.CA_LIFE).plus(Duration.ofDays(1)));
    issuer.refresh();
    assertThat(issuer.caPem()).isEqualTo(Pem.of(List.of(second.certificate())));
  }

  @Test
  void whatIsKnownOfOldCasMayBeLostButKeepsNobodyFromServing() {
    KeyedCertificate ca = authority.newCa(now);
    put(issued(ca));
    client.resource(CaPublisher.configMap(NAMESPACE, Map.of("ca.crt", "garbage"))).create();
    assertThat(open().caPem()).isEqualTo(Pem.of(List.of(ca.certificate())));
    assertThat(
            client
                .configMaps()
                .inNamespace(NAMESPACE)
                .withName(CaPublisher.CONFIG_MAP)
                .get()
                .getData())
        .containsEntry("ca.crt", open().caPem());
  }

  @Test
  void whatIsMissingIsNamedWithTheNextStep() {
    refused("does not exist; next: see why its issuer");
    Map<String, String> whole = issued(authority.newCa(now));
    put("Opaque", whole);
    refused("is of type Opaque; next: name a Secret of type kubernetes.io/tls");
    put(without(whole, "ca.crt"));
    refused("no certificate in data.ca.crt; next: use an issuer that fills it");
    put(without(whole, "tls.crt"));
    refused("no certificate in data.tls.crt; next: see what the issuer says");
    put(without(whole, "tls.key"));
    refused("no key in data.tls.key");
  }

  @Test
  void aStartWaitsUntilTheSecretCanBeUsed() {
    KeyedCertificate ca = authority.newCa(now);
    Map<String, String> whole = issued(ca);
    Deque<Runnable> meanwhile =
        new ArrayDeque<>(List.of(() -> {}, () -> put(without(whole, "ca.crt")), () -> put(whole)));
    CertificateIssuer issuer =
        CertificateIssuer.supplied(
            client, NAMESPACE, NAME, clock::get, time -> meanwhile.removeFirst().run());
    assertThat(meanwhile).isEmpty();
    assertThat(issuer.caPem()).isEqualTo(Pem.of(List.of(ca.certificate())));
  }

  @Test
  void aKeyOfAnotherEncodingIsRefused() throws NoSuchAlgorithmException {
    Map<String, String> data = new TreeMap<>(issued(authority.newCa(now)));
    String rsa = Pem.of(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate());
    data.put("tls.key", rsa.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    put(data);
    refused("next: have the key encoded as PKCS8");
  }

  private void refused(String sentence) {
    SuppliedCertificate certificate = new SuppliedCertificate(client, NAMESPACE, NAME, clock::get);
    assertThatThrownBy(certificate::get)
        .isInstanceOf(CertificatesUnusable.class)
        .hasMessageStartingWith("Secret tidegate-system/tidegate-operator-certificate ")
        .hasMessageContaining(sentence);
  }

  private static Map<String, String> without(Map<String, String> data, String field) {
    Map<String, String> rest = new TreeMap<>(data);
    rest.remove(field);
    return rest;
  }
}
