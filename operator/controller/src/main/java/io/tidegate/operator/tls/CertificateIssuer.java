package io.tidegate.operator.tls;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's own certificates: shared by its replicas, renewed in time, put into running
 * servers without a restart of their listener, so that open connections never notice.
 */
public final class CertificateIssuer {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateIssuer.class);

  /** The Secret that holds CA and certificate, with their keys: never to be handed out. */
  public static final String SECRET = TlsSecret.NAME;

  /**
   * How often a replica looks at the Secret, which costs one request: so long it may not know what
   * another replica announced, or a person took out. An issuer such as cert-manager puts a new CA
   * into the webhook at once, before version 1.19 of it in the place of the old one: pods are then
   * not injected until it is served.
   */
  static final Duration LOOK = Duration.ofSeconds(10);

  /** Between two looks for a certificate that is still to be issued. */
  private static final Duration ISSUANCE_LOOK = Duration.ofSeconds(1);

  /**
   * After a restart thousands of sidecars shake hands at once; one that has to wait must not be
   * turned away to begin anew.
   */
  private static final int HANDSHAKE_SECONDS = 60;

  private final Supplier<Served> source;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private volatile Served served;

  /** The last failure to refresh that was logged, until one succeeds. */
  private volatile String complaint = "";

  private CertificateIssuer(Supplier<Served> source) {
    this.source = source;
    this.served = source.get();
  }

  /**
   * Reads the shared certificates, or makes them. Blocks; where there was a CA that is gone, for a
   * while, so that a replica that runs can write it back.
   *
   * @param namespace the operator's own
   * @param extraNames DNS names and IPv4 addresses besides the service's names and loopback
   * @throws CertificatesUnusable if the Secret is not ours
   * @throws KubernetesClientException if the API server does not answer
   */
  public static CertificateIssuer open(
      KubernetesClient client, String namespace, Set<String> extraNames, InstantSource clock) {
    return open(client, namespace, extraNames, clock, CertificateIssuer::pass);
  }

  /**
   * The same with another way to wait.
   *
   * @param pause passes the time that it is given
   */
  static CertificateIssuer open(
      KubernetesClient client,
      String namespace,
      Set<String> extraNames,
      InstantSource clock,
      Consumer<Duration> pause) {
    Renewal renewal = new Renewal(new Authority(), names(namespace, extraNames));
    return new CertificateIssuer(
        new SharedIssuer(
            new TlsSecret(client, namespace),
            new KnownAuthorities(client, namespace),
            renewal,
            clock,
            pause));
  }

  /**
   * Serves what another issuer, such as cert-manager, puts into a Secret, and waits for it: whoever
   * installs everything at once has the Secret only when its issuer has made it. Says what it waits
   * for whenever that changes. Blocks.
   *
   * @param secret of type {@code kubernetes.io/tls} in the operator's namespace, with ca.crt
   * @throws KubernetesClientException if the API server does not answer
   */
  public static CertificateIssuer supplied(
      KubernetesClient client, String namespace, String secret, InstantSource clock) {
    return supplied(client, namespace, secret, clock, CertificateIssuer::pass);
  }

  /**
   * The same with another way to wait.
   *
   * @param pause passes the time that it is given
   */
  static CertificateIssuer supplied(
      KubernetesClient client,
      String namespace,
      String secret,
      InstantSource clock,
      Consumer<Duration> pause) {
    SuppliedCertificate certificate = new SuppliedCertificate(client, namespace, secret, clock);
    String said = "";
    while (true) {
      try {
        return new CertificateIssuer(certificate);
      } catch (CertificatesUnusable e) {
        if (!said.equals(e.getMessage())) {
          said = e.getMessage();
          LOG.warn("the start waits for its certificate: {}", said);
        }
        pause.accept(ISSUANCE_LOOK);
      }
    }
  }

  private static void pass(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  private static List<String> names(String namespace, Set<String> extraNames) {
    String service = "tidegate-operator." + namespace;
    List<String> names =
        new ArrayList<>(
            List.of(
                service + ".svc",
                service,
                service + ".svc.cluster.local",
                "localhost",
                "127.0.0.1"));
    extraNames.stream().sorted().filter(name -> !names.contains(name)).forEach(names::add);
    return names;
  }

  /** PEM of every CA that may have signed what a replica serves, newest first. */
  public String caPem() {
    return served.caPem();
  }

  /** When the server certificate ends: worth a gauge. */
  public Instant leafExpiry() {
    return served.notAfter();
  }

  /** For the listener's start; later ones come by {@link #attach}. */
  public ServerSSLOptions sslOptions() {
    Served now = served;
    ServerSSLOptions options = new ServerSSLOptions();
    options.setSslHandshakeTimeout(HANDSHAKE_SECONDS);
    options.setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    return options.setKeyCertOptions(
        new PemKeyCertOptions()
            .setCertValue(Buffer.buffer(Pem.of(now.chain())))
            .setKeyValue(Buffer.buffer(Pem.of(now.key()))));
  }

  /**
   * From now on this server gets each new certificate.
   *
   * @param begun what it listens with: another certificate may have come since
   */
  public void attach(HttpServer server, ServerSSLOptions begun) {
    servers.add(server);
    if (!begun.getKeyCertOptions().equals(sslOptions().getKeyCertOptions())) {
      reload(server);
    }
  }

  /** Called with {@link #caPem} whenever it changes, on the thread of {@link #refresh}. */
  public void onCaChange(Consumer<String> listener) {
    listeners.add(listener);
  }

  /**
   * Takes over what another replica renewed, or renews what is due. Blocks.
   *
   * @return whether anything changed
   */
  public synchronized boolean refresh() {
    Served before = served;
    Served now = source.get();
    boolean leafChanged = !now.chain().equals(before.chain());
    boolean caChanged = !now.trusted().equals(before.trusted());
    served = now;
    if (caChanged) {
      LOG.info("clients are told to trust {}", now.trustedNames());
      listeners.forEach(listener -> listener.accept(now.caPem()));
    }
    if (leafChanged) {
      LOG.info("serving certificate {}", now);
      servers.forEach(this::reload);
    }
    return leafChanged || caChanged;
  }

  /**
   * Refreshes every {@link #LOOK} for as long as the Vert.x instance lives; a failure is logged and
   * tried again. The next refresh waits for the last one: an API server that does not answer must
   * not hold one worker for each interval.
   */
  public void keepFresh(Vertx vertx) {
    vertx.setTimer(
        LOOK.toMillis(),
        timer ->
            vertx
                .executeBlocking(this::refresh, false)
                .onSuccess(changed -> complaint = "")
                .onFailure(this::complain)
                .onComplete(done -> keepFresh(vertx)));
  }

  /** What was said is not said again every few seconds. */
  private void complain(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    if (said.equals(complaint)) {
      return;
    }
    complaint = said;
    if (failure instanceof CertificatesUnusable) {
      LOG.error("Certificates are not refreshed; the present one ends {}. {}", leafExpiry(), said);
    } else {
      LOG.error("cannot refresh certificates; the present one ends {}", leafExpiry(), failure);
    }
  }

  private void reload(HttpServer server) {
    server
        .updateSSLOptions(sslOptions())
        .onFailure(e -> LOG.error("cannot put the new certificate into the listener", e));
  }
}
