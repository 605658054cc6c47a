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
  /** For a report that is expected: a busy machine may take long. */
  private static final Duration PATIENT = Duration.ofSeconds(30);

  @TempDir Path keys;
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private FakeOperator operator;
  private FetchFixture sidecar;
  private String authority;

  /** No report but the last one, and a post that may take longer than the test waits. */
  private static StreamTiming seldom(Duration lastWord) {
    return new StreamTiming(
        FetchFixture.FAST.connect(),
        Duration.ofMinutes(1),
        FetchFixture.FAST.stable(),
        FetchFixture.FAST.floor(),
        FetchFixture.FAST.base(),
        FetchFixture.FAST.cap(),
        Duration.ofMinutes(2),
        Duration.ofHours(1),
        lastWord);
  }

  @BeforeEach
  void serve() throws Exception {
    Certificates certificates = Certificates.selfSigned(keys, "operator");
    operator = new FakeOperator(vertx, certificates, 0, true);
    sidecar = new FetchFixture(dir);
    authority = certificates.pem();
  }

  private void connect(Duration lastWord) throws Exception {
    sidecar.timing = seldom(lastWord);
    sidecar.start(operator.port(), authority);
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
    connect(PATIENT);
    sidecar.windows = spent("1.25");
    sidecar.end();
    var report = operator.spend();
    assertThat(report.getString("session")).isEqualTo("s1");
    assertThat(report.getJsonArray("windows").getJsonObject(0).getString("spent"))
        .isEqualTo("1.25");
  }

  @Test
  void anOperatorThatDoesNotAnswerDoesNotKeepTheSidecar() throws Exception {
    connect(Duration.ofMillis(100));
    sidecar.windows = spent("1.25");
    operator.silentPosts = true;
    sidecar.end();
  }

  @Test
  void nothingSpentIsNoReport() throws Exception {
    connect(PATIENT);
    sidecar.end();
    assertThat(operator.waitingSpend()).isZero();
  }
}
