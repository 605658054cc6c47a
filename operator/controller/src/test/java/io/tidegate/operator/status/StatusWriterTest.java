package io.tidegate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.api.Condition;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.ObjectStatus;
import io.tidegate.operator.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
  private final TestCluster cluster = new TestCluster();
  private final AtomicLong nanos = new AtomicLong();

  /** How many more times the writer is told that it is one. */
  private final AtomicInteger terms = new AtomicInteger(Integer.MAX_VALUE);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final StatusWriter writer =
      new StatusWriter(
          cluster.client(),
          Duration.ofSeconds(2),
          nanos::get,
          () -> terms.getAndDecrement() > 0,
          meters);

  @BeforeEach
  void route() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private ModelRoute held() {
    return cluster.client().resources(ModelRoute.class).inNamespace("team").withName("r").get();
  }

  private static ObjectStatus status(String reason, int running) {
    Condition ready =
        new Condition("Ready", Condition.Status.True, 1L, "2026-01-01T00:00:00Z", reason, "m");
    return new ObjectStatus(1L, List.of(ready), running + "/9", running, 9);
  }

  private boolean write(ModelRoute object, ObjectStatus status) {
    return writer.write(List.of(new DesiredStatus(object, status)));
  }

  private double count(String result) {
    var counter = meters.find("tidegate_operator_status_writes").tag("result", result).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void theStatusIsReplacedAndTheSpecStays() {
    ModelRoute before = held();
    assertThat(write(before, status("A", 1))).isFalse();
    assertThat(held().getStatus()).isEqualTo(status("A", 1));
    assertThat(held().getSpec()).isEqualTo(before.getSpec());
    assertThat(held().getMetadata().getGeneration())
        .isEqualTo(before.getMetadata().getGeneration());
  }

  @Test
  void anEqualStatusIsNotWritten() {
    write(held(), status("A", 1));
    write(held(), status("A", 1));
    assertThat(count("Written")).isEqualTo(1);
  }

  @Test
  void anOwnWriteThatTheCacheDoesNotShowYetIsNotRepeated() {
    ModelRoute cached = held();
    write(cached, status("A", 1));
    write(cached, status("A", 1));
    assertThat(count("Written")).isEqualTo(1);
    assertThat(writer.known(cached).getStatus()).isEqualTo(status("A", 1));
  }

  @Test
  void ofTwoOwnWritesThatTheCacheDoesNotShowYetTheSecondIsKnown() {
    ModelRoute cached = held();
    write(cached, status("A", 1));
    write((ModelRoute) writer.known(cached), status("B", 1));
    assertThat(writer.known(cached).getStatus()).isEqualTo(status("B", 1));
    write(cached, status("B", 1));
    assertThat(count("Written")).isEqualTo(2);
  }

  @Test
  void numbersWaitForTheIntervalAndConditionsDoNot() {
    write(held(), status("A", 1));
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(write(held(), status("A", 2))).isTrue();
    assertThat(held().getStatus()).isEqualTo(status("A", 1));
    assertThat(write(held(), status("B", 2))).isFalse();
    assertThat(held().getStatus()).isEqualTo(status("B", 2));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(write(held(), status("B", 3))).isFalse();
    assertThat(held().getStatus()).isEqualTo(status("B", 3));
  }

  @Test
  void aConflictIsTriedAgainOnTheNewestObject() {
    ModelRoute stale = held();
    cluster.route("team", "r", "p", 777);
    cluster.conflictOnce("team", "r");
    assertThat(write(stale, status("A", 1))).isFalse();
    assertThat(held().getStatus()).isEqualTo(status("A", 1));
    assertThat(held().getSpec().limits().maxOutputTokens()).isEqualTo(777);
  }

  /** A write that waited for long meets what the next writer wrote. */
  @Test
  void whoeverIsNoLongerTheWriterGivesWayAfterAConflict() {
    ModelRoute before = held();
    cluster.conflictOnce("team", "r");
    terms.set(1);
    write(before, status("A", 1));
    assertThat(held().getStatus()).isNull();
    assertThat(count("Deposed")).isEqualTo(1);
  }

  @Test
  void anObjectThatIsGoneIsLeftAlone() {
    ModelRoute gone = held();
    cluster.client().resource(gone).delete();
    assertThat(write(gone, status("A", 1))).isFalse();
    assertThat(count("Gone")).isEqualTo(1);
    assertThat(held()).isNull();
  }

  @Test
  void anObjectThatReplacedOneOfItsNameDoesNotGetItsStatus() {
    ModelRoute before = held();
    cluster.client().resource(before).delete();
    cluster.route("team", "r", "p", 5);
    assertThat(held().getMetadata().getUid()).isNotEqualTo(before.getMetadata().getUid());
    cluster.conflictOnce("team", "r");
    write(before, status("A", 1));
    assertThat(held().getStatus()).isNull();
    assertThat(count("Superseded")).isEqualTo(1);
  }
}
