package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.operator.admin.AdminEndpoint;
import io.tidegate.operator.admin.Readiness;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminLineTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void readinessNamesWhatIsMissingAndHealthDoesNotWaitForIt() {
    Readiness readiness = new Readiness();
    Map<String, Duration> stalled = new HashMap<>();
    AdminPages pages =
        new AdminPages(
            new AdminEndpoint(
                    vertx,
                    readiness,
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    () -> stalled)
                .listen("127.0.0.1", 0)
                .await()
                .actualPort());
    assertThat(pages.get("/healthz").status()).isEqualTo(200);
    assertThat(pages.get("/nothing"))
        .isEqualTo(
            new AdminPages.Answer(404, "no such page; there are /healthz /readyz /metrics\n"));
    readiness.done(Readiness.Step.Listening);
    AdminPages.Answer notYet = pages.get("/readyz");
    assertThat(notYet.status()).isEqualTo(503);
    assertThat(notYet.body())
        .contains("[Definitions, Certificate, CachesSynced, FirstCompile]")
        .doesNotContain("Listening");
    readiness.done(Readiness.Step.Definitions);
    readiness.done(Readiness.Step.Certificate);
    readiness.done(Readiness.Step.CachesSynced);
    readiness.done(Readiness.Step.FirstCompile);
    assertThat(pages.get("/readyz")).isEqualTo(new AdminPages.Answer(200, "ready\n"));
    stalled.put("modelroutes", Duration.ofSeconds(17));
    AdminPages.Answer silent = pages.get("/readyz");
    assertThat(silent.status()).isEqualTo(200);
    assertThat(silent.body()).contains("silent on modelroutes for 17 s");
  }

  @Test
  void theMetricsSayHowTheLineRuns() {
    try (TestCluster cluster = new TestCluster()) {
      cluster.namespace("team", Map.of());
      cluster.policy("team");
      cluster.pod("team", "app");
      try (Operator operator = cluster.operator();
          StubSidecar sidecar =
              new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"))) {
        until("configuration", () -> sidecar.configurations().size() == 1);
        operator.whenReady().toCompletableFuture().join();
        until(
            "every meter",
            () -> {
              String metrics = new AdminPages(operator.adminPort()).get("/metrics").body();
              return metrics.contains("tidegate_operator_connected_sidecars 1.0")
                  && metrics.contains("tidegate_operator_compile_duration_seconds_count")
                  && metrics.contains("tidegate_operator_token_reviews_total{result=\"Accepted\"}")
                  && metrics.contains("tidegate_operator_status_writes_total{result=\"Written\"}")
                  && metrics.contains(
                      "tidegate_operator_informer_last_event_seconds{informer=\"pods\"}");
            });
      }
    }
  }

  @Test
  void aPortThatIsTakenStopsTheStartAndLeavesNothingOpen() {
    try (TestCluster cluster = new TestCluster();
        Operator first = cluster.operator()) {
      String taken = Integer.toString(first.tlsPort());
      assertThatThrownBy(() -> cluster.operator("TLS_PORT", taken)).hasMessageContaining("in use");
    }
  }

  @Test
  void aSecondCloseDoesNothing() {
    try (TestCluster cluster = new TestCluster()) {
      Operator operator = cluster.operator();
      operator.close();
      operator.close();
    }
  }
}
