package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastReportIT {
  /** No report but the last one, and a post that may take longer than the test waits. */
  private static final StreamTiming SELDOM =
      new StreamTiming(
          FetchFixture.FAST.connect(),
          Duration.ofMinutes(1),
          FetchFixture.FAST.stable(),
          FetchFixture.FAST.floor(),
          FetchFixture.FAST.base(),
          FetchFixture.FAST.cap(),
          Duration.ofMinutes(1),
          Duration.ofHours(1));

  @TempDir Path keys;
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private FakeOperator operator;
  private FetchFixture sidecar;

  @BeforeEach
  void connect() throws Exception {
    Certificates certificates = Certificates.selfSigned(keys, "operator");
    operator = new FakeOperator(vertx, certificates, 0, true);
    sidecar = new FetchFixture(dir);
    sidecar.timing = SELDOM;
    sidecar.start(operator.port(), certificates.pem());
    operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    operator.acknowledgement();
  }

  @AfterEach
  void stop() {
    sidecar.close();
    operator.close();
    FakeOperator.await(vertx.close());
  }

  private static List<SpendReport.Window> spent(String amount) {
    return List.of(
        new SpendReport.Window(
            new ObjectRef("TenantBudget", "support", "b"),
            "monthly",
            Budget.Unit.Usd,
            0,
            amount,
            "0"));
  }

  @Test
  void whatWasSpentLastIsReportedBeforeTheEnd() throws Exception {
    sidecar.windows = spent("1.25");
    sidecar.end();
    var report = operator.spend();
    assertThat(report.getString("session")).isEqualTo("s1");
    assertThat(report.getJsonArray("windows").getJsonObject(0).getString("spent"))
        .isEqualTo("1.25");
  }

  @Test
  void anOperatorThatDoesNotAnswerDoesNotKeepTheSidecar() {
    sidecar.windows = spent("1.25");
    operator.silentPosts = true;
    sidecar.end();
  }

  @Test
  void nothingSpentIsNoReport() {
    sidecar.end();
    assertThat(operator.waitingSpend()).isZero();
  }
}
