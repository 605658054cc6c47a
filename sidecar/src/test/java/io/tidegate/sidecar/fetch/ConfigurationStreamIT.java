package io.tidegate.sidecar.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SnapshotSize;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationStreamIT {
  @TempDir static Path keys;
  @TempDir Path dir;
  private static Certificates first;
  private static Certificates second;
  private Vertx vertx;
  private FakeOperator operator;
  private FetchFixture sidecar;

  @BeforeAll
  static void makeCertificates() throws Exception {
    first = Certificates.selfSigned(keys, "first");
    second = Certificates.selfSigned(keys, "second");
  }

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    operator = new FakeOperator(vertx, first, 0, true);
    sidecar = new FetchFixture(dir);
  }

  @AfterEach
  void stop() {
    sidecar.close();
    operator.close();
    FakeOperator.await(vertx.close());
  }

  @Test
  void theFirstConfigurationComesIntoForceAndIsAcknowledged() throws Exception {
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream();
    assertThat(stream.authorization()).isEqualTo("Bearer token-1");
    assertThat(stream.heldVersion()).isNull();

    stream.hello("s1").configuration(7, Snapshots.json("a"));

    var ack = operator.acknowledgement();
    assertThat(ack.getMap())
        .containsEntry("session", "s1")
        .containsEntry("nonce", 7)
        .containsEntry("version", Snapshots.version("a"))
        .containsEntry("verdict", "Running")
        .doesNotContainKeys("object", "reason");
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("a"));
    assertThat(sidecar.held.policy().held().origin()).isEqualTo(Origin.STREAM);
  }

  @Test
  void configurationsThatComeTogetherAreAdoptedInTheirOrder() throws Exception {
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1");
    for (int i = 0; i < 10; i++) {
      stream.configuration(i, Snapshots.json("v" + i)).ping();
    }
    for (int i = 0; i < 10; i++) {
      assertThat(operator.acknowledgement().getLong("nonce")).isEqualTo(i);
    }
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("v9"));
  }

  @Test
  void aBodyThatDoesNotMatchItsVersionIsRefusedAndTheOldOneStays() throws Exception {
    refuses(Snapshots.version("other"), Snapshots.json("b"), "it was changed on its way");
  }

  @Test
  void anUnknownFieldIsRefusedAndTheOldOneStays() throws Exception {
    String json = Snapshots.json("b").replaceFirst("\\{", "{\"aNewField\":1,");
    refuses(null, json, "aNewField");
  }

  @ParameterizedTest
  @CsvSource({
    SnapshotSize.MAX_BYTES + ",bytes and may have 4194304",
    SnapshotSize.MAX_FRAME_BYTES + ",longer than the 4194304 bytes"
  })
  void oneThatIsTooLargeIsRefusedAndTheStreamGoesOn(int size, String reason) throws Exception {
    refuses(null, Snapshots.json("v".repeat(size)), reason);
  }

  @Test
  void aNewerSchemaIsRefusedAndTheOldOneStays() throws Exception {
    String json = Snapshots.json("b").replace("\"schemaVersion\":1", "\"schemaVersion\":2");
    refuses(null, json, "schemaVersion is 2");
  }

  @Test
  void aConfigurationThatTheEngineCannotRunIsRefusedWithItsObject() throws Exception {
    var ack = refuses(null, Snapshots.semanticallyWrong(), "ModelProvider support/gone");
    assertThat(ack.getJsonObject("object").mapTo(ObjectRef.class)).isEqualTo(Snapshots.ROUTE);
  }

  private io.vertx.core.json.JsonObject refuses(String version, String json, String reason)
      throws Exception {
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    operator.acknowledgement();

    if (version == null) {
      stream.configuration(2, json);
    } else {
      stream.configuration(2, version, json);
    }

    var ack = operator.acknowledgement();
    assertThat(ack.getString("verdict")).isEqualTo("Refused");
    assertThat(ack.getLong("nonce")).isEqualTo(2);
    assertThat(ack.getString("reason")).contains(reason);
    assertThat(sidecar.version()).isEqualTo(Snapshots.version("a"));
    assertThat(sidecar.held.status().lastRefusal().reason()).contains(reason);
    assertThat(new LastKnownGood(dir.resolve("state")).read())
        .isEqualTo(new LastKnownGood.Found.Snapshot(Snapshots.version("a"), Snapshots.json("a")));
    stream.configuration(3, Snapshots.json("c"));
    assertThat(operator.acknowledgement().getString("verdict")).isEqualTo("Running");
    return ack;
  }

  @Test
  void anAcknowledgementThatTheOperatorCannotReadIsInNobodysWay() throws Exception {
    operator.failedPostStatus = 400;
    operator.failPosts.set(1);
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    FetchFixture.until(
        "it is told", () -> sidecar.held.status().problems().containsKey("acknowledgements"));

    stream.configuration(2, Snapshots.json("b"));

    assertThat(operator.acknowledgement().getLong("nonce")).isEqualTo(2);
    FetchFixture.until("all is well", () -> sidecar.held.status().problems().isEmpty());
  }

  @Test
  void aBrokenStreamIsOpenedAgainWithTheHeldVersionAndTheTokenAsItIsThen() throws Exception {
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    operator.acknowledgement();
    Files.writeString(sidecar.token, "token-2");

    stream.cut();

    var again = operator.stream();
    assertThat(again.authorization()).isEqualTo("Bearer token-2");
    assertThat(again.heldVersion()).isEqualTo(Snapshots.version("a"));
    again.hello("s2").configuration(1, Snapshots.json("b"));
    assertThat(operator.acknowledgement().getString("session")).isEqualTo("s2");
  }

  @Test
  void aSilentStreamIsBrokenAndPingsKeepOneAlive() throws Exception {
    Duration silence = Duration.ofSeconds(3);
    sidecar.timing = FetchFixture.fast(silence);
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1");
    long timer = vertx.setPeriodic(100, tick -> stream.ping());
    long began = System.nanoTime();
    FetchFixture.until(
        "two silences long with pings",
        () -> System.nanoTime() - began > silence.multipliedBy(2).toNanos());
    assertThat(operator.connects).hasValue(1);

    vertx.cancelTimer(timer);

    operator.stream();
    assertThat(operator.connects).hasValue(2);
  }

  @Test
  void aGoodbyeKeepsTheSidecarAwayForTheTimeItNames() throws Exception {
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1");
    long began = System.nanoTime();
    stream.goodbye(700);
    operator.stream();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(690));
  }

  @Test
  void anOperatorThatRefusesIsNotAskedInATightLoop() {
    operator.streamStatus = 401;
    sidecar.start(operator.port(), first.pem());
    long began = System.nanoTime();
    FetchFixture.until("3 tries", () -> operator.connects.get() >= 3);
    FetchFixture.until("a second", () -> System.nanoTime() - began > 1_000_000_000L);
    assertThat(operator.connects.get()).isLessThanOrEqualTo(40);
    FetchFixture.until(
        "the operator's sentence",
        () -> sidecar.held.status().stream().detail().contains("401: no such pod"));
    assertThat(sidecar.held.status().stream().detail()).doesNotContain("token-1");
    assertThat(sidecar.held.policy().current()).isNull();
  }

  @Test
  void aStreamThatEndsAtOnceAgainAndAgainIsNotATightLoopEither() throws Exception {
    sidecar.start(operator.port(), first.pem());
    long began = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      operator.stream().hello("s" + i).goodbye(0);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(80));
  }

  @Test
  void aLineThatIsNoFrameOrTooLongEndsTheStreamAndItsTextIsNotRepeated() throws Exception {
    sidecar.start(operator.port(), first.pem());
    operator.stream().hello("s1").raw("{\"frame\":\"credentials\",\"values\":\"sk-secret\"}\n");
    var second = operator.stream().hello("s2");
    FetchFixture.until("break", () -> sidecar.held.status().stream().phase() != null);
    assertThat(sidecar.held.status().stream().detail()).doesNotContain("sk-secret");
    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 9; i++) {
      second.raw(megabyte);
    }
    operator.stream();
  }

  @Test
  void anAcknowledgementIsSentUntilTheOperatorTakesIt() throws Exception {
    operator.failPosts.set(3);
    sidecar.start(operator.port(), first.pem());
    operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    assertThat(operator.acknowledgement().getLong("nonce")).isEqualTo(1);
    FetchFixture.until(
        "no problem left", () -> !sidecar.held.status().problems().containsKey("acknowledgements"));
    assertThat(operator.waitingAcknowledgements()).isZero();
  }

  @Test
  void anOperatorWithoutHttp2IsUnderstoodToo() throws Exception {
    try (FakeOperator old = new FakeOperator(vertx, first, 0, false)) {
      old.failPosts.set(2);
      sidecar.start(old.port(), first.pem());
      var stream = old.stream().hello("s1").configuration(1, Snapshots.json("a"));
      assertThat(old.acknowledgement().getString("verdict")).isEqualTo("Running");
      stream.cut();
      assertThat(old.stream().heldVersion()).isEqualTo(Snapshots.version("a"));
    }
  }

  @Test
  void anOperatorWhoseCaIsNotTrustedGetsNoTokenUntilTheMountedFileNamesIt() throws Exception {
    sidecar.start(operator.port(), second.pem());
    FetchFixture.until(
        "a failed try", () -> sidecar.held.status().stream().phase() == FetchStatus.Phase.WAITING);
    assertThat(operator.connects).hasValue(0);

    Files.writeString(sidecar.ca, first.pem());

    operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    operator.acknowledgement();
  }

  @Test
  void aRotatedCaIsTakenFromTheFileWithoutARestart() throws Exception {
    Files.writeString(sidecar.ca, first.pem());
    sidecar.start(operator.port(), "");
    operator.stream().hello("s1").configuration(1, Snapshots.json("a"));
    operator.acknowledgement();
    int port = operator.port();
    operator.close();
    Files.writeString(sidecar.ca, first.pem() + second.pem());

    operator = new FakeOperator(vertx, second, port, true);

    operator.stream().hello("s2").configuration(1, Snapshots.json("b"));
    assertThat(operator.acknowledgement().getString("version")).isEqualTo(Snapshots.version("b"));
  }

  @Test
  void spendIsReportedWhenItChangesAndToEachNewSession() throws Exception {
    sidecar.windows = windows("1.50");
    sidecar.start(operator.port(), first.pem());
    var stream = operator.stream().hello("s1");
    assertThat(operator.spend().getString("session")).isEqualTo("s1");
    sidecar.windows = windows("2.00");
    assertThat(operator.spend().getJsonArray("windows").getJsonObject(0).getString("spent"))
        .isEqualTo("2.00");
    stream.cut();
    operator.stream().hello("s2");
    assertThat(operator.spend().getString("session")).isEqualTo("s2");
  }

  private static List<SpendReport.Window> windows(String spent) {
    return List.of(
        new SpendReport.Window(
            new ObjectRef("TenantBudget", "support", "b"),
            "monthly",
            Budget.Unit.Usd,
            0,
            spent,
            "0"));
  }
}
