package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
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
        publisher.publish(OWNER, InjectionEvents.Kind.Injected, "injected");
      }
      publisher.publish(OWNER, InjectionEvents.Kind.Bypassed, "bypassed");
    }
    List<Event> events = client.v1().events().inNamespace("support").list().getItems();
    assertThat(events)
        .extracting(e -> e.getReason() + " " + e.getType() + " " + e.getCount())
        .containsExactlyInAnyOrder("Injected Normal 3", "Bypassed Warning 1");
    assertThat(events)
        .allSatisfy(e -> assertThat(e.getInvolvedObject().getName()).isEqualTo("web-1"))
        .allSatisfy(e -> assertThat(e.getLastTimestamp()).isEqualTo("2026-11-22T10:00:00Z"));
  }
}
