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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's own certificates: shared by its replicas, renewed in time, put into running
 * servers without a restart of their listener, so that open connections never notice.
 */
public final class CertificateIssuer {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateIssuer.class);

  /** Replicas that start together lose at most one round each to every other. */
  private static final int MOST_CONFLICTS = 10;

  /** The Secret that holds CA and certificate, with their keys: never to be handed out. */
  public static final String SECRET = TlsSecret.NAME;

  /**
   * After a restart thousands of sidecars shake hands at once; one that has to wait must not be
   * turned away to begin anew.
   */
  private static final int HANDSHAKE_SECONDS = 60;

  private final TlsSecret secret;
  private final Renewal renewal;
  private final InstantSource clock;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private volatile TlsState state;

  private CertificateIssuer(TlsSecret secret, Renewal renewal, InstantSource clock) {
    this.secret = secret;
    this.renewal = renewal;
    this.clock = clock;
    this.state = agree();
  }

  /**
   * Reads the shared certificates, or makes them. Blocks.
   *
   * @param namespace the operator's own
   * @param extraNames DNS names and IPv4 addresses besides the service's names and loopback
   * @throws CertificatesUnusable if the Secret is not ours
   * @throws KubernetesClientException if the API server does not answer
   */
  public static CertificateIssuer open(
      KubernetesClient client, String namespace, Set<String> extraNames, InstantSource clock) {
    Renewal renewal = new Renewal(new Authority(), names(namespace, extraNames));
    return new CertificateIssuer(new TlsSecret(client, namespace), renewal, clock);
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
    return state.caPem();
  }

  /** When the server certificate ends: worth a gauge. */
  public Instant leafExpiry() {
    return state.leaf().notAfter();
  }

  /** For the listener's start; later ones come by {@link #attach}. */
  public ServerSSLOptions sslOptions() {
    KeyedCertificate leaf = state.leaf();
    ServerSSLOptions options = new ServerSSLOptions();
    options.setSslHandshakeTimeout(HANDSHAKE_SECONDS);
    options.setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    return options.setKeyCertOptions(
        new PemKeyCertOptions()
            .setCertValue(Buffer.buffer(Pem.of(List.of(leaf.certificate()))))
            .setKeyValue(Buffer.buffer(Pem.of(leaf.key()))));
  }

  /** From now on this server gets each new certificate. */
  public void attach(HttpServer server) {
    servers.add(server);
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
    TlsState before = state;
    TlsState now = agree();
    boolean leafChanged = !now.leaf().certificate().equals(before.leaf().certificate());
    boolean caChanged = !now.trusted().equals(before.trusted());
    state = now;
    if (caChanged) {
      listeners.forEach(listener -> listener.accept(now.caPem()));
    }
    if (leafChanged) {
      LOG.info("serving certificate {}", now.leaf());
      servers.forEach(this::reload);
    }
    return leafChanged || caChanged;
  }

  /** Refreshes for as long as the Vert.x instance lives; a failure is logged and tried again. */
  public void keepFresh(Vertx vertx, Duration interval) {
    vertx.setPeriodic(
        interval.toMillis(),
        timer ->
            vertx
                .executeBlocking(this::refresh, false)
                .onFailure(
                    e ->
                        LOG.error(
                            "cannot refresh certificates; the present one ends {}",
                            leafExpiry(),
                            e)));
  }

  private void reload(HttpServer server) {
    server
        .updateSSLOptions(sslOptions())
        .onFailure(e -> LOG.error("cannot put the new certificate into the listener", e));
  }

  /** A Secret that somebody deleted is written again: all who call us trust the CA in it. */
  private TlsState wanted(TlsState found, Instant now) {
    TlsState known = found == null ? state : found;
    return known == null ? renewal.first(now) : renewal.advance(known, now);
  }

  /** Reads, advances and writes until what is stored is what this replica computed or found. */
  private TlsState agree() {
    for (int round = 0; round < MOST_CONFLICTS; round++) {
      Optional<TlsSecret.Stored> stored = secret.read();
      TlsState found = stored.map(TlsSecret.Stored::state).orElse(null);
      Instant now = clock.instant();
      TlsState wanted = wanted(found, now);
      if (wanted.equals(found)) {
        return found;
      }
      if (secret.write(wanted, stored.map(TlsSecret.Stored::resourceVersion).orElse(null))) {
        return wanted;
      }
    }
    throw new CertificatesUnusable(
        "Secret " + TlsSecret.NAME + " changes under every write; next: see who writes it", null);
  }
}
