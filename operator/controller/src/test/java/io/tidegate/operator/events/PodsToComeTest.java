package io.tidegate.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.tidegate.operator.admit.InjectionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodsToComeTest {
  private final List<String> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final PodsToCome pods =
      new PodsToCome(
          (on, reason, message) -> told.add(on.getUid() + " " + reason.name() + " " + message),
          () -> now);

  @Test
  void whatIsSaidOfAPodInCreationIsToldOnceItHasItsUid() {
    pods.publish(pod("desk", null), InjectionEvent.Injected, "one");
    pods.publish(pod("desk", null), InjectionEvent.Bypassed, "two");
    assertThat(told).isEmpty();
    pods.seen(pod("desks", "other"));
    assertThat(told).isEmpty();
    pods.seen(pod("desk", "u1"));
    assertThat(told).containsExactly("u1 Injected one", "u1 Bypassed two");
    pods.seen(pod("desk", "u1"));
    assertThat(told).hasSize(2);
  }

  @Test
  void whatHasAUidIsToldAtOnce() {
    pods.publish(pod("desk", "u1"), InjectionEvent.Injected, "one");
    assertThat(told).containsExactly("u1 Injected one");
  }

  @Test
  void aPodWhoseNameTheApiServerMakesIsRecognised() {
    String longer = "a".repeat(60) + "-";
    pods.publish(pod(PodsToCome.generated("web-"), null), InjectionEvent.Injected, "short");
    pods.publish(pod(PodsToCome.generated(longer), null), InjectionEvent.Injected, "long");
    pods.seen(pod("web-1", "u0"));
    pods.seen(pod("web-abcde-fghij", "u0"));
    assertThat(told).isEmpty();
    pods.seen(pod("web-x2b9k", "u1"));
    pods.seen(pod(longer.substring(0, 58) + "x2b9k", "u2"));
    assertThat(told).containsExactly("u1 Injected short", "u2 Injected long");
  }

  @Test
  void ofAPodThatNeverCameNothingIsTold() {
    pods.publish(pod("desk", null), InjectionEvent.Injected, "of the first");
    now = now.plus(Duration.ofMinutes(3));
    pods.seen(pod("desk", "u2"));
    assertThat(told).isEmpty();
  }

  @Test
  void twoPodsOfOnePrefixGetTheirWordsEach() {
    ObjectReference toCome = pod(PodsToCome.generated("web-"), null);
    pods.publish(toCome, InjectionEvent.Bypassed, "one");
    pods.publish(toCome, InjectionEvent.Bypassed, "one");
    pods.seen(pod("web-x2b9k", "u1"));
    pods.seen(pod("web-c4d5f", "u2"));
    assertThat(told).containsExactly("u1 Bypassed one", "u2 Bypassed one");
  }

  private static ObjectReference pod(String name, String uid) {
    return new ObjectReferenceBuilder()
        .withKind("Pod")
        .withNamespace("team")
        .withName(name)
        .withUid(uid)
        .build();
  }
}
