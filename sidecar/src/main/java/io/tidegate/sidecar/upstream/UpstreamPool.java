package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ServingProvider;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Connections to providers, one pool an endpoint. Snapshots with an equal endpoint share its pool;
 * a pool that the newest policy does not name is closed once its last exchange has ended. On one
 * event loop.
 */
public final class UpstreamPool {
  /** Enough for a busy pod; beyond it, requests wait within their connect time-out. */
  private static final int CONNECTIONS = 2048;

  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int MAX_PART_BYTES = 64 * 1024;
  private static final int KEEP_ALIVE_SECONDS = 30;
  private final Vertx vertx;
  private final Map<Endpoint, Pool> pools = new HashMap<>();
  private Policy newest;
  private Set<Endpoint> named = Set.of();

  public UpstreamPool(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Name resolution as the sidecar wants it: this hosts file, read again now and then. */
  public static AddressResolverOptions resolver(String hostsFile) {
    return new AddressResolverOptions()
        .setHostsPath(hostsFile)
        .setHostsRefreshPeriodUnit(TimeUnit.SECONDS)
        .setHostsRefreshPeriod(10);
  }

  /** Says which policy new calls get; pools that it does not name are let go. */
  public void follow(Policy policy) {
    if (policy == newest) {
      return;
    }
    newest = policy;
    Set<Endpoint> now = new HashSet<>();
    for (var provider : policy.snapshot().providers()) {
      now.add(Endpoint.of(policy.provider(provider.object())));
    }
    named = now;
    for (Endpoint endpoint : Set.copyOf(pools.keySet())) {
      closeIfUnused(endpoint);
    }
  }

  /** Sends a request; the listener is told on this event loop, never before this returns. */
  public Exchange open(
      ServingProvider provider, OutboundRequest request, Exchange.Listener listener) {
    Endpoint endpoint = Endpoint.of(provider);
    Pool pool = pools.computeIfAbsent(endpoint, e -> new Pool(e, client(e)));
    pool.inFlight++;
    VertxExchange exchange =
        new VertxExchange(
            vertx,
            provider.config().timeouts(),
            request,
            listener,
            pool.used::add,
            () -> {
              pool.inFlight--;
              closeIfUnused(endpoint);
            });
    exchange.start(pool.client, options(endpoint, pool.server));
    return exchange;
  }

  /** The provider refuses to be asked for usage in a stream; old compatible servers do. */
  void noteRefusesUsage(ServingProvider provider) {
    Pool pool = pools.get(Endpoint.of(provider));
    if (pool != null) {
      pool.refusesUsage = true;
    }
  }

  boolean refusesUsage(ServingProvider provider) {
    Pool pool = pools.get(Endpoint.of(provider));
    return pool != null && pool.refusesUsage;
  }

  public void close() {
    pools.values().forEach(pool -> pool.client.close());
    pools.clear();
  }

  int size() {
    return pools.size();
  }

  private void closeIfUnused(Endpoint endpoint) {
    Pool pool = pools.get(endpoint);
    if (pool != null && pool.inFlight == 0 && !named.contains(endpoint)) {
      pools.remove(endpoint);
      // Not within the call that ended the exchange: its connection is still on its way back.
      vertx.runOnContext(later -> pool.client.close());
    }
  }

  private static RequestOptions options(Endpoint endpoint, SocketAddress server) {
    return new RequestOptions()
        .setHost(endpoint.host())
        .setPort(endpoint.port())
        .setSsl(endpoint.tls())
        .setServer(server)
        .setConnectTimeout(endpoint.connectMillis());
  }

  private HttpClient client(Endpoint endpoint) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setSsl(endpoint.tls())
            .setConnectTimeout(Math.toIntExact(endpoint.connectMillis()))
            .setSslHandshakeTimeout(endpoint.connectMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxChunkSize(MAX_PART_BYTES)
            .setDecompressionSupported(false);
    if (endpoint.caBundlePem() != null) {
      options.setTrustOptions(
          new PemTrustOptions().addCertValue(Buffer.buffer(endpoint.caBundlePem())));
    }
    PoolOptions pool = new PoolOptions().setHttp1MaxSize(CONNECTIONS);
    return vertx.createHttpClient(options, pool);
  }

  private record Endpoint(
      String host, int port, boolean tls, long connectMillis, String caBundlePem) {
    static Endpoint of(ServingProvider provider) {
      return new Endpoint(
          provider.host(),
          provider.port(),
          provider.tls(),
          provider.config().timeouts().connectMillis(),
          provider.config().caBundlePem());
    }
  }

  private static final class Pool {
    private final SocketAddress server;
    private final HttpClient client;
    private int inFlight;
    private boolean refusesUsage;

    /** Connections that have carried an exchange. */
    private final Set<HttpConnection> used = Collections.newSetFromMap(new WeakHashMap<>());

    private Pool(Endpoint endpoint, HttpClient client) {
      this.server = SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host());
      this.client = client;
    }
  }
}
