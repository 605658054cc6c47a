package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.operator.admin.AdminEndpoint;
import io.tidegate.operator.admin.Readiness;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.CompletionStage;

/** One replica of the operator, wired by hand. */
public final class Operator implements AutoCloseable {
  private final Vertx vertx;
  private final Readiness readiness;
  private final HttpServer admin;

  private Operator(Vertx vertx, Readiness readiness, HttpServer admin) {
    this.vertx = vertx;
    this.readiness = readiness;
    this.admin = admin;
  }

  /**
   * Returns once both ports answer; {@link #whenReady} says when configuration is served. Blocks,
   * so not on an event loop.
   *
   * @param client stays the caller's to close, after the operator
   */
  public static Operator start(OperatorSettings settings, KubernetesClient client) {
    Vertx vertx = Vertx.vertx();
    Readiness readiness = new Readiness();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpServer admin =
        new AdminEndpoint(vertx, readiness, meters)
            .listen(settings.host(), settings.adminPort())
            .await();
    return new Operator(vertx, readiness, admin);
  }

  /** The port that answers TLS. */
  public int tlsPort() {
    throw new IllegalStateException("the TLS port comes with the serve stage");
  }

  public int adminPort() {
    return admin.actualPort();
  }

  /** PEM of every CA that a client of {@link #tlsPort} may have to trust now. */
  public String caPem() {
    throw new IllegalStateException("the CA comes with the serve stage");
  }

  /** Completes once caches are synced, the first compile is done and the TLS port answers. */
  public CompletionStage<Void> whenReady() {
    return readiness.whenReady();
  }

  /** Ends streams and stops watching; a second call does nothing. */
  @Override
  public void close() {
    vertx.close().await();
  }
}
