package io.tidegate.operator.tls;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Fifty renewals of the server's certificate, five of them by another CA than before, while callers
 * make one new connection after the other. A caller trusts what is published when it connects, as a
 * sidecar does.
 */
@EnableKubernetesMockClient(crud = true)
class RotationUnderLoadTest {
  private static final int ROTATIONS = 50;
  private static final int NEW_CA_EVERY = 10;
  private static final int CALLERS = 6;
  private static final List<String> NAMES = List.of("127.0.0.1", "localhost");

  KubernetesClient client;

  private final Vertx vertx = Vertx.vertx();
  private final Instant now = Instant.now();
  private final Authority authority = new Authority();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  /** By what they trust; held, because Vert.x closes a client that nobody refers to. */
  private final Map<String, HttpClientAgent> clients = new ConcurrentHashMap<>();

  /** What each caller trusts in the connection that it makes now. */
  private final Map<Integer, String> trusting = new ConcurrentHashMap<>();

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Set<X509Certificate> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connects = new AtomicInteger();
  private volatile boolean over;
  private CertificateIssuer issuer;

  @BeforeEach
  void start() {
    issuer = CertificateIssuer.open(client, "tidegate-system", Set.of(), () -> now);
    vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(2)).await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  /** One of the loops that share the port. */
  private final class Loop extends VerticleBase {
    @Override
    public Future<?> start() {
      ServerSSLOptions begun = issuer.sslOptions();
      return vertx
          .createHttpServer(begun)
          .requestHandler(request -> request.response().end("ok"))
          .listen(-1, "127.0.0.1")
          .onSuccess(
              server -> {
                issuer.attach(server, begun);
                servers.add(server);
              });
    }
  }

  @Test
  void nobodyMeetsACertificateThatHeCannotVerify() {
    List<Future<Void>> callers = IntStream.range(0, CALLERS).mapToObj(this::callOn).toList();
    for (int i = 1; i <= ROTATIONS; i++) {
      rotate(i % NEW_CA_EVERY == 0);
      X509Certificate served = leaf();
      until("a connection that got the new certificate", () -> seen.contains(served));
    }
    over = true;
    Future.all(callers).await();
    assertThat(failures).isEmpty();
    assertThat(seen).hasSizeGreaterThanOrEqualTo(ROTATIONS);
    assertThat(connects.get()).isGreaterThan(ROTATIONS * 2);
    assertThat(issuer.caPem().split("BEGIN CERTIFICATE", -1)).hasSize(ROTATIONS / NEW_CA_EVERY + 2);
  }

  /** One connection after the other until the end. */
  private Future<Void> callOn(int caller) {
    return over
        ? Future.succeededFuture()
        : connect(caller).otherwiseEmpty().compose(_ -> callOn(caller));
  }

  private Future<Void> connect(int caller) {
    String published = issuer.caPem();
    trusting.put(caller, published);
    return clients
        .computeIfAbsent(published, this::client)
        .request(HttpMethod.GET, servers.getFirst().actualPort(), "127.0.0.1", "/")
        .compose(
            request ->
                request
                    .send()
                    .compose(answer -> answer.body())
                    .map(_ -> request.connection().sslSession()))
        .<Void>map(
            session -> {
              connects.incrementAndGet();
              seen.add(peer(session));
              return null;
            })
        .onFailure(failures::add);
  }

  private static X509Certificate peer(SSLSession session) {
    try {
      return (X509Certificate) session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpClientAgent client(String caPem) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setVerifyHost(true)
            .setSslHandshakeTimeout(60)
            .setConnectTimeout(60_000)
            .setKeepAlive(false)
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem))));
  }

  private X509Certificate leaf() {
    return StoredState.of(stored()).leaf().certificate();
  }

  private TlsSecret.Stored stored() {
    return new TlsSecret(client, "tidegate-system").read().orElseThrow();
  }

  /** Makes something due, and has the issuer find it. */
  private void rotate(boolean byAnotherCa) {
    TlsState old = StoredState.of(stored());
    if (byAnotherCa) {
      KeyedCertificate next = authority.newCa(now.minus(Renewal.SETTLE));
      List<X509Certificate> trusted = new ArrayList<>(old.trusted());
      trusted.addFirst(next.certificate());
      // Announced first, so that callers know it before anything is signed by it.
      TlsState announced =
          new TlsState(trusted, old.signer(), Optional.of(authority.newCa(now)), old.leaf());
      write(announced);
      issuer.refresh();
      until(
          "every caller has read what is published now",
          () -> trusting.values().stream().allMatch(issuer.caPem()::equals));
      write(new TlsState(trusted, old.signer(), Optional.of(next), old.leaf()));
    } else {
      KeyedCertificate due = authority.newLeaf(old.signer(), NAMES, now.minus(Duration.ofDays(80)));
      write(new TlsState(old.trusted(), old.signer(), old.next(), due));
    }
    assertThat(issuer.refresh()).isTrue();
  }

  private void write(TlsState state) {
    assertThat(new TlsSecret(client, "tidegate-system").write(state, stored().resourceVersion()))
        .isTrue();
  }
}
