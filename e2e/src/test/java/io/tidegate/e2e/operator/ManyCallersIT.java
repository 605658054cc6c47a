package io.tidegate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.e2e.OperatorProcess;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.admit.AdmissionLoad;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's process beside a real API server, with as many callers as a cluster has. */
class ManyCallersIT {
  private static final int SIDECARS = 1_000;
  private static final int PODS = 100;
  private static final int EDITS = 5;

  private static final int CONNECTIONS = 8;

  /** The targets are 300 ms and 15 ms; this machine may be busy. {@code e2e/bench} measures. */
  private static final double MOST_MILLIS = 60_000;

  private static final int REVIEWS_PER_SECOND = 200;
  private static final Duration REVIEWING = Duration.ofSeconds(10);

  @TempDir static Path work;

  private static ControlPlane api;
  private static Installation installation;
  private static OperatorChild operator;

  @BeforeAll
  static void start() throws Exception {
    api = ControlPlane.start();
    installation = Installation.of(api);
    operator = OperatorChild.start(installation, work, List.of());
  }

  @AfterAll
  static void stop() throws Exception {
    if (operator != null) {
      operator.close();
    }
    if (installation != null) {
      installation.close();
    }
    if (api != null) {
      api.close();
    }
  }

  @Test
  void anEditReachesAThousandSidecarsInOrderWithOneTokenReviewForEachConnectAndNoMore()
      throws Exception {
    double before = tokenReviews();
    try (Fleet fleet = Fleet.connect(installation, operator, PODS, SIDECARS)) {
      double proven = tokenReviews();
      // One that is not answered in time is asked for again.
      assertThat(proven - before).isBetween((double) SIDECARS, 1.1 * SIDECARS);
      for (int edit = 1; edit <= EDITS; edit++) {
        assertThat(Fleet.percentile(fleet.edit().arrivals(), 99)).isLessThan(MOST_MILLIS);
        fleet.awaitAcknowledged(1 + edit);
      }
      assertThat(tokenReviews()).as("none for an acknowledgement").isEqualTo(proven);
      assertThat(operator.metric("tidegate_operator_acknowledgements_total{verdict=\"Running\"}"))
          .isEqualTo(SIDECARS * (1 + EDITS));
      assertThat(fleet.configurations())
          .allSatisfy(
              of -> {
                assertThat(of).hasSize(1 + EDITS);
                assertThat(of).extracting(StreamFrame.Configuration::nonce).isSorted();
                assertThat(of.getLast().body()).contains("\"maxOutputTokens\":" + fleet.cap());
              });
    }
  }

  @Test
  void everyReviewOfTwoHundredASecondIsAnsweredWithAPatch() {
    String namespace = installation.governedNamespace("load");
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client = operator.client(vertx, CONNECTIONS);
      AdmissionLoad load =
          new AdmissionLoad(
                  vertx, () -> client, operator.address, OperatorProcess.TLS_PORT, namespace)
              .start(REVIEWS_PER_SECOND);
      vertx.timer(REVIEWING.toMillis(), TimeUnit.MILLISECONDS).await();
      double[] millis = load.stop();
      assertThat(millis.length).isGreaterThan(100);
      assertThat(Fleet.percentile(millis, 99)).isLessThan(MOST_MILLIS);
    } finally {
      vertx.close().await();
    }
  }

  /** As the API server counts them. */
  private static double tokenReviews() {
    return Metrics.sum(
        installation.admin.raw("/metrics"),
        "apiserver_request_total",
        "resource=\"tokenreviews\"",
        "verb=\"POST\"");
  }
}
