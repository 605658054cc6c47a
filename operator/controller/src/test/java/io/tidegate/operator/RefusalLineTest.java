package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.api.ModelRoute;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.ObjectRef;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person is told, beside the status, of a configuration that a sidecar refused. */
class RefusalLineTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;
  private Pod pod;

  @BeforeEach
  void start() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
    cluster.policyOf("other");
    pod = cluster.pod("team", "app");
    operator = cluster.operator();
  }

  @AfterEach
  void close() {
    operator.close();
    cluster.close();
    vertx.close().await();
  }

  private void refuse(ObjectRef blamed) {
    try (StubSidecar sidecar =
        new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"))) {
      until("configuration", () -> sidecar.configurations().size() == 1);
      assertThat(sidecar.acknowledge(sidecar.session(), Verdict.Refused, blamed)).isEqualTo(204);
    }
  }

  private List<Event> events(String namespace) {
    return cluster.client().v1().events().inNamespace(namespace).list().getItems();
  }

  private Event theEventOn(HasMetadata object) {
    until("the Event", () -> !events("team").isEmpty());
    assertThat(events("team")).hasSize(1);
    assertThat(events("other")).isEmpty();
    Event event = events("team").getFirst();
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("ConfigurationRefused");
    assertThat(event.getInvolvedObject().getKind()).isEqualTo(object.getKind());
    assertThat(event.getInvolvedObject().getUid()).isEqualTo(object.getMetadata().getUid());
    assertThat(event.getMessage()).contains("pod team/app goes on under its earlier configuration");
    return event;
  }

  @Test
  void anObjectThatIsBlamedHasAnEventThatNamesThePod() {
    refuse(new ObjectRef("ModelRoute", "team", "r"));
    ModelRoute route =
        cluster.client().resources(ModelRoute.class).inNamespace("team").withName("r").require();
    assertThat(theEventOn(route).getMessage()).contains("refused the new one: no; next: correct");
  }

  @Test
  void whereNoObjectIsBlamedThePodHasTheEvent() {
    refuse(null);
    assertThat(theEventOn(pod).getMessage())
        .contains("it gave no reason; next: restart the pod", "kubectl logs -n team app");
  }

  @Test
  void anObjectThatDoesNotGovernThePodIsNotBlamed() {
    refuse(new ObjectRef("ModelRoute", "other", "r"));
    theEventOn(pod);
  }

  @Test
  void aRefusalThatIsSaidAgainAtOnceIsToldOnce() {
    refuse(null);
    refuse(null);
    refuse(new ObjectRef("ModelRoute", "team", "r")); // Events are written one after the other
    until("the route's Event", () -> of("ModelRoute").size() == 1);
    assertThat(of("Pod")).extracting(Event::getCount).containsExactly(1);
  }

  private List<Event> of(String kind) {
    return events("team").stream()
        .filter(event -> event.getInvolvedObject().getKind().equals(kind))
        .toList();
  }
}
