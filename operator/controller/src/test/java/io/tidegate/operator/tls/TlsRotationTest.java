package io.tidegate.operator.tls;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class TlsRotationTest {
  private static final int ROTATIONS = 20;

  KubernetesClient client;

  /** Held, because Vert.x closes a client that nobody refers to. */
  private final List<HttpClientAgent> clients = new ArrayList<>();

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
  private CertificateIssuer issuer;
  private HttpServer server;

  @BeforeEach
  void start() {
    issuer = CertificateIssuer.open(client, "tidegate-system", Set.of(), clock::get);
    HttpServerOptions options = new HttpServerOptions().setSsl(true).setUseAlpn(true);
    ServerSSLOptions begun = issuer.sslOptions();
    options.setKeyCertOptions(begun.getKeyCertOptions());
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(request -> request.response().end("ok"))
            .listen(0, "127.0.0.1")
            .await();
    issuer.attach(server, begun);
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void aClientThatTrustsOnlyTheCaConnectsAndVerifiesTheName() {
    assertThat(get(client(issuer.caPem(), true))).isEqualTo("ok");
  }

  @Test
  void aClientThatTrustsAnotherCaDoesNot() {
    String other = Pem.of(List.of(new Authority().newCa(clock.get()).certificate()));
    assertThatThrownBy(() -> get(client(other, true)))
        .rootCause()
        .hasMessageContaining("certification path");
  }

  @Test
  void rotationsBreakNeitherOpenNorNewConnections() {
    String caPem = issuer.caPem();
    HttpClientAgent open = client(caPem, true);
    assertThat(get(open)).isEqualTo("ok");
    Set<X509Certificate> seen = new HashSet<>();
    seen.add(served(caPem));
    for (int i = 0; i < ROTATIONS; i++) {
      makeLeafDue();
      List<Future<String>> during = new ArrayList<>();
      for (int n = 0; n < 5; n++) {
        during.add(request(client(caPem, false)));
      }
      assertThat(issuer.refresh()).isTrue();
      assertThat(get(open)).isEqualTo("ok");
      Future.all(during).await();
      until("a certificate that was not served yet", () -> seen.add(served(caPem)));
    }
    assertThat(seen).as("certificates served").hasSize(1 + ROTATIONS);
  }

  /** Another replica wrote a leaf of another name set: this one has to make its own again. */
  private void makeLeafDue() {
    TlsSecret secret = new TlsSecret(client, "tidegate-system");
    TlsSecret.Stored stored = secret.read().orElseThrow();
    TlsState old = StoredState.of(stored);
    Instant longAgo = clock.get().minus(Duration.ofDays(80));
    KeyedCertificate due =
        new Authority().newLeaf(old.signer(), List.of("127.0.0.1", "localhost"), longAgo);
    assertThat(
            secret.write(
                new TlsState(old.trusted(), old.signer(), old.next(), due),
                stored.resourceVersion()))
        .isTrue();
  }

  private X509Certificate served(String caPem) {
    SSLSession session =
        client(caPem, false)
            .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
            .compose(request -> request.send().map(any -> request.connection().sslSession()))
            .await();
    try {
      return (X509Certificate) session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpClientAgent client(String caPem, boolean keepAlive) {
    HttpClientAgent agent =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setSslHandshakeTimeout(60)
                .setVerifyHost(true)
                .setKeepAlive(keepAlive)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem))));
    clients.add(agent);
    return agent;
  }

  private String get(HttpClientAgent agent) {
    return request(agent).await();
  }

  private Future<String> request(HttpClientAgent agent) {
    return agent
        .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
        .compose(request -> request.send().compose(response -> response.body()))
        .map(Buffer::toString);
  }
}
