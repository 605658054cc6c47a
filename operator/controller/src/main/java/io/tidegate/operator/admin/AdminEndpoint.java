package io.tidegate.operator.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code /healthz} (the process answers), {@code /readyz} (200 once every {@link Readiness.Step} is
 * done, else 503 naming what is missing) and {@code /metrics} (Prometheus text). Once ready it
 * stays so while the API server is silent, since sidecars are served from memory; the page says so.
 */
public final class AdminEndpoint {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final Readiness readiness;
  private final PrometheusMeterRegistry meters;
  private final Supplier<Map<String, Duration>> stalled;

  /**
   * @param stalled kinds of which the API server says nothing, and for how long
   */
  public AdminEndpoint(
      Vertx vertx,
      Readiness readiness,
      PrometheusMeterRegistry meters,
      Supplier<Map<String, Duration>> stalled) {
    this.vertx = vertx;
    this.readiness = readiness;
    this.meters = meters;
    this.stalled = stalled;
  }

  /** Fails with the cause if the port is taken. */
  public Future<HttpServer> listen(String host, int port) {
    Router router = Router.router(vertx);
    router.get("/healthz").handler(call -> call.response().end("ok\n"));
    router.get("/readyz").handler(this::ready);
    router.get("/metrics").handler(this::metrics);
    router.errorHandler(404, AdminEndpoint::noSuchPage);
    return vertx.createHttpServer().requestHandler(router).listen(port, host);
  }

  private static void noSuchPage(RoutingContext call) {
    call.response()
        .setStatusCode(404)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end("no such page; there are /healthz /readyz /metrics\n");
  }

  private void ready(RoutingContext call) {
    var missing = readiness.missing();
    if (missing.isEmpty()) {
      call.response().end("ready\n" + silence());
    } else {
      call.response().setStatusCode(503).end("not ready, waiting for " + missing + "\n");
    }
  }

  /** A line for each kind. */
  private String silence() {
    return stalled.get().entrySet().stream()
        .map(
            kind ->
                "the API server is silent on %s for %d s: what is in force stays, changes wait%n"
                    .formatted(kind.getKey(), kind.getValue().toSeconds()))
        .collect(Collectors.joining());
  }

  /** A scrape walks every meter, so it runs on a worker. */
  private void metrics(RoutingContext call) {
    vertx
        .executeBlocking(() -> meters.scrape(), false)
        .onSuccess(text -> call.response().putHeader("Content-Type", METRICS_TYPE).end(text))
        .onFailure(call::fail);
  }
}
