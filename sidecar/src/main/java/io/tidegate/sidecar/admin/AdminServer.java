package io.tidegate.sidecar.admin;

import io.tidegate.sidecar.config.ListenAddress;
import io.tidegate.sidecar.fetch.Fetcher;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * {@code /healthz /readyz /metrics /config}: read only, and nothing in it is secret, since whoever
 * reaches the pod's address can ask. On the event loop, so that an answer of /healthz proves that
 * the loop turns; what takes longer is written on a worker.
 */
public final class AdminServer {
  private static final String JSON = "application/json";
  // https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int IDLE_SECONDS = 30;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;
  private static final int METHOD_NOT_ALLOWED = 405;

  private final HttpServer server;

  private AdminServer(HttpServer server) {
    this.server = server;
  }

  /**
   * @param scrape the metrics in Prometheus's text format
   * @return fails if the address is taken
   */
  public static Future<AdminServer> start(
      Vertx vertx, ListenAddress address, Fetcher.Held held, Supplier<String> scrape) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(2048)
            .setMaxHeaderSize(16384)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx
        .createHttpServer(options)
        .requestHandler(router(vertx, new ConfigurationReport(held), scrape))
        .listen(address.port(), address.host())
        .map(AdminServer::new);
  }

  private static Router router(Vertx vertx, ConfigurationReport report, Supplier<String> scrape) {
    Router router = Router.router(vertx);
    router.route().handler(AdminServer::getOnly);
    router.get("/healthz").handler(call -> answer(call, "text/plain", "turning\n"));
    router
        .get("/readyz")
        .handler(
            call -> {
              call.response().setStatusCode(report.ready() ? 200 : UNAVAILABLE);
              answer(call, JSON, report.readiness());
            });
    router.get("/metrics").handler(call -> answerLater(vertx, call, PROMETHEUS, scrape::get));
    router.get("/config").handler(call -> answerLater(vertx, call, JSON, report::configuration));
    router.errorHandler(NOT_FOUND, AdminServer::noSuchPage);
    return router;
  }

  private static void getOnly(RoutingContext call) {
    if (call.request().method().name().equals("GET")) {
      call.next();
      return;
    }
    // Closed, so that nobody has to read the body that may follow.
    call.response()
        .setStatusCode(METHOD_NOT_ALLOWED)
        .putHeader(HttpHeaders.ALLOW, "GET")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end();
  }

  private static void noSuchPage(RoutingContext call) {
    call.response().setStatusCode(NOT_FOUND);
    answer(call, "text/plain", "no such page; there are /healthz /readyz /metrics /config\n");
  }

  private static void answerLater(
      Vertx vertx, RoutingContext call, String type, Callable<String> body) {
    vertx
        .executeBlocking(body, false)
        .onSuccess(text -> answer(call, type, text))
        .onFailure(call::fail);
  }

  private static void answer(RoutingContext call, String type, String body) {
    if (!call.response().closed()) {
      call.response()
          .putHeader(HttpHeaders.CONTENT_TYPE, type)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .end(body);
    }
  }

  /** The port in use, also where the kernel chose it. */
  public int port() {
    return server.actualPort();
  }

  public Future<Void> close() {
    return server.close();
  }
}
