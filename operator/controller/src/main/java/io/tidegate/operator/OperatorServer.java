package io.tidegate.operator;

import io.tidegate.operator.tls.CertificateIssuer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The TLS port on several event loops: after a restart every sidecar shakes hands anew, which is
 * more than one loop's work.
 */
final class OperatorServer implements AutoCloseable {
  /** Handshakes are bound by CPU; more loops than cores help nobody. */
  private static final int MOST_LOOPS = 4;

  /** For a request that has come already. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(3);

  /** Vert.x's word for "any free port, the same for all instances of the verticle". */
  private static final int ANY_SHARED_PORT = -1;

  private final List<HttpServer> servers;
  private final AtomicBoolean retiring;

  private OperatorServer(List<HttpServer> servers, AtomicBoolean retiring) {
    this.servers = servers;
    this.retiring = retiring;
  }

  /** What callers call it besides the Service's names: as in its URL, or by its own address. */
  static Set<String> names(OperatorSettings settings) {
    String called = URI.create(settings.operatorUrl()).getHost();
    boolean anyAddress = settings.host().equals("0.0.0.0") || settings.host().contains(":");
    return anyAddress ? Set.of(called) : Set.copyOf(List.of(called, settings.host()));
  }

  /**
   * @param routes adds the operator's endpoints to a router, once for each loop
   */
  static Future<OperatorServer> listen(
      Vertx vertx, CertificateIssuer issuer, String host, int port, Consumer<Router> routes) {
    List<HttpServer> servers = new CopyOnWriteArrayList<>();
    AtomicBoolean retiring = new AtomicBoolean();
    Consumer<Router> all =
        router -> {
          router.route().handler(call -> letGo(call, retiring.get()));
          routes.accept(router);
        };
    int loops = Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors());
    return vertx
        .deployVerticle(
            () -> new Loop(issuer, host, port == 0 ? ANY_SHARED_PORT : port, all, servers),
            new DeploymentOptions().setInstances(loops))
        .map(_ -> new OperatorServer(List.copyOf(servers), retiring));
  }

  private static void letGo(RoutingContext call, boolean retiring) {
    if (retiring && call.request().version() == HttpVersion.HTTP_1_1) {
      call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    call.next();
  }

  int port() {
    return servers.getFirst().actualPort();
  }

  /**
   * Every answer on HTTP/1.1 is the last on its connection from now on. The API server, which asks
   * for reviews by that, keeps connections for a long time: what it writes to one in the moment in
   * which it is closed here is lost, and the pod comes without its sidecar.
   */
  void retire() {
    retiring.set(true);
  }

  /** Takes no more connections, and ends each once what it asked is answered. */
  @Override
  public void close() {
    Future.join(servers.stream().map(server -> server.shutdown(LONGEST_ANSWER)).toList()).await();
  }

  private static final class Loop extends VerticleBase {
    private final CertificateIssuer issuer;
    private final String host;
    private final int port;
    private final Consumer<Router> routes;
    private final List<HttpServer> servers;

    Loop(
        CertificateIssuer issuer,
        String host,
        int port,
        Consumer<Router> routes,
        List<HttpServer> servers) {
      this.issuer = issuer;
      this.host = host;
      this.port = port;
      this.routes = routes;
      this.servers = servers;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      routes.accept(router);
      ServerSSLOptions begun = issuer.sslOptions();
      return vertx
          .createHttpServer(begun)
          .requestHandler(router)
          .listen(port, host)
          .onSuccess(
              server -> {
                issuer.attach(server, begun);
                servers.add(server);
              });
    }
  }
}
