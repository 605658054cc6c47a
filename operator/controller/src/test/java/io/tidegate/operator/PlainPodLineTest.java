package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pods that are to be governed and are not: what people read of them. */
class PlainPodLineTest {
  private static final Map<String, String> ENABLED = Map.of("tidegate.io/inject", "enabled");

  private final TestCluster cluster = new TestCluster();
  private Operator operator;

  @AfterEach
  void close() {
    if (operator != null) {
      operator.close();
    }
    cluster.close();
  }

  @Test
  void aPodThatWasCreatedWhileNoOperatorAnsweredIsToldOnItselfAndOnItsController() {
    cluster.namespace("team", ENABLED);
    Pod missed = create(ofDeployment(plain("team", "web-7f9c-abcde")));
    create(ofDeployment(plain("team", "web-7f9c-fghij")));
    cluster.pod("team", "governed");
    operator = cluster.operator();

    until("each pod and its ReplicaSet", () -> events("team").size() == 3);
    assertThat(events("team"))
        .allSatisfy(
            event -> {
              assertThat(event.getReason()).isEqualTo("NotInjected");
              assertThat(event.getType()).isEqualTo("Warning");
              assertThat(event.getMessage())
                  .contains(
                      "no operator answered when it was created",
                      "next: kubectl rollout restart deployment/web --namespace team");
            });
    assertThat(events("team"))
        .extracting(
            event -> event.getInvolvedObject().getKind() + " " + event.getInvolvedObject().getUid())
        .contains("Pod " + missed.getMetadata().getUid(), "ReplicaSet rs1");
    until("the gauge", () -> metric("NotInjected").equals("2.0"));
  }

  @Test
  void oneThatCannotHaveASidecarIsToldWhy() {
    cluster.namespace("team", ENABLED);
    operator = cluster.operator();
    create(
        new PodBuilder(plain("team", "host")).editSpec().withHostNetwork(true).endSpec().build());

    until("the Event", () -> events("team").size() == 1);
    assertThat(events("team").getFirst().getReason()).isEqualTo("InjectionSkipped");
    assertThat(events("team").getFirst().getMessage())
        .contains("HostNetwork", "remove spec.hostNetwork");
    until("the gauge", () -> metric("HostNetwork").equals("1.0"));
  }

  @Test
  void whoWantsNoSidecarHearsNothing() {
    cluster.namespace("team", ENABLED);
    cluster.namespace("free", Map.of());
    create(plain("free", "plain"));
    create(
        new PodBuilder(plain("team", "out"))
            .editMetadata()
            .addToLabels("tidegate.io/inject", "disabled")
            .endMetadata()
            .build());
    Pod done = plain("team", "done");
    done.setStatus(new PodStatusBuilder().withPhase("Succeeded").build());
    create(done);
    create(plain("team", "told"));
    operator = cluster.operator();

    until("the Event of the one", () -> !events("team").isEmpty());
    until("the gauge", () -> metric("NotInjected").equals("1.0"));
    assertThat(events("team"))
        .extracting(event -> event.getInvolvedObject().getName())
        .containsExactly("told");
    assertThat(events("free")).isEmpty();
  }

  @Test
  void aLabelThatComesLaterMakesItsPodsKnown() {
    cluster.namespace("team", Map.of());
    create(plain("team", "early"));
    operator = cluster.operator();
    cluster
        .client()
        .namespaces()
        .withName("team")
        .edit(
            namespace -> {
              namespace.getMetadata().setLabels(ENABLED);
              return namespace;
            });
    until("the Event", () -> !events("team").isEmpty());
    assertThat(events("team").getFirst().getMessage()).contains("delete the pod and create it");
  }

  private Pod create(Pod pod) {
    return cluster.client().resource(pod).create();
  }

  private static Pod plain(String namespace, String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .endContainer()
        .endSpec()
        .build();
  }

  private static Pod ofDeployment(Pod pod) {
    return new PodBuilder(pod)
        .editMetadata()
        .addToLabels("pod-template-hash", "7f9c")
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("ReplicaSet")
        .withName("web-7f9c")
        .withUid("rs1")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private List<Event> events(String namespace) {
    return cluster.client().v1().events().inNamespace(namespace).list().getItems();
  }

  private String metric(String reason) {
    String name = "tidegate_operator_pods_without_sidecar{reason=\"" + reason + "\"} ";
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst()
        .orElse("");
  }

  private String metrics() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + operator.adminPort() + "/metrics");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
