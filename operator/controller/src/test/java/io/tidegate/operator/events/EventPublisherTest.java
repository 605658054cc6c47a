package io.tidegate.operator.events;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.tidegate.operator.admit.InjectionEvent;
import io.tidegate.operator.trust.DistrustReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class EventPublisherTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");
  private static final ObjectReference OWNER =
      new ObjectReferenceBuilder()
          .withApiVersion("apps/v1")
          .withKind("ReplicaSet")
          .withNamespace("support")
          .withName("web-1")
          .withUid("u1")
          .build();

  KubernetesClient client;

  @Test
  void theSameMessageOnTheSameOwnerIsOneEventWithACount() {
    try (EventPublisher publisher = new EventPublisher(client, () -> NOW, "operator-0")) {
      for (int i = 0; i < 3; i++) {
        publisher.publish(OWNER, InjectionEvent.Injected, "injected");
      }
      publisher.publish(OWNER, InjectionEvent.Bypassed, "bypassed");
      until("the last one is written", () -> events().size() == 2);
    }
    List<Event> events = events();
    assertThat(events)
        .extracting(e -> e.getReason() + " " + e.getType() + " " + e.getCount())
        .containsExactlyInAnyOrder("Injected Normal 3", "Bypassed Warning 1");
    assertThat(events)
        .allSatisfy(e -> assertThat(e.getInvolvedObject().getName()).isEqualTo("web-1"))
        .allSatisfy(e -> assertThat(e.getLastTimestamp()).isEqualTo("2026-11-22T10:00:00Z"));
  }

  @Test
  void whatIsToBeSilentForAWhileIsSaidAgainAfterIt() {
    Instant[] now = {NOW};
    try (EventPublisher publisher = new EventPublisher(client, () -> now[0], "operator-0")) {
      publisher.publish(OWNER, DistrustReason.SidecarAltered, "one");
      publisher.publish(OWNER, DistrustReason.SidecarAltered, "too soon");
      publisher.publish(OWNER, DistrustReason.NoSidecar, "two");
      now[0] = NOW.plus(Duration.ofMinutes(10));
      publisher.publish(OWNER, DistrustReason.SidecarAltered, "three");
      until("the last one is written", () -> events().size() == 3);
    }
    assertThat(events())
        .extracting(Event::getMessage)
        .containsExactlyInAnyOrder("one", "two", "three");
  }

  private List<Event> events() {
    return client.v1().events().inNamespace("support").list().getItems();
  }
}
