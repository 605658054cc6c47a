package io.tidegate.cli.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.embedded.EmbeddedApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkloadControllerTest {
  private static final String TEMPLATE =
      """
      metadata: {name: web, namespace: default}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: app, image: "app:1"}]}
      """;

  private EmbeddedApi api;
  private KubernetesClient client;
  private WorkloadController controller;

  @BeforeEach
  void start() throws IOException {
    api = EmbeddedApi.start("127.0.0.1", 0, (n, s) -> Optional.empty(), InstantSource.system());
    client = api.client();
    controller = WorkloadController.start(client);
  }

  @AfterEach
  void stop() {
    controller.close();
    client.close();
    api.close();
  }

  @Test
  void aDeploymentBecomesPodsThroughAReplicaSet() {
    create("apps/v1", "Deployment", TEMPLATE);

    List<Pod> pods = await(p -> p.size() == 2);

    assertThat(pods).allMatch(p -> p.getMetadata().getLabels().get("app").equals("web"));
    assertThat(pods)
        .allMatch(
            p -> p.getMetadata().getOwnerReferences().getFirst().getKind().equals("ReplicaSet"));
  }

  @Test
  void replicasGoUpAndDown() {
    create("apps/v1", "Deployment", TEMPLATE);
    await(p -> p.size() == 2);

    client.apps().deployments().inNamespace("default").withName("web").scale(3);
    await(p -> p.size() == 3);
    client.apps().deployments().inNamespace("default").withName("web").scale(1);

    await(p -> p.size() == 1);
  }

  @Test
  void aChangedTemplateReplacesThePodsOnceTheNewOnesAreReady() {
    create("apps/v1", "Deployment", TEMPLATE);
    await(p -> p.size() == 2);

    client
        .apps()
        .deployments()
        .inNamespace("default")
        .withName("web")
        .edit(
            d -> {
              d.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage("app:2");
              return d;
            });
    List<Pod> both = await(p -> p.size() == 4);
    both.stream().filter(p -> image(p).equals("app:2")).forEach(this::makeReady);

    assertThat(await(p -> p.size() == 2)).allMatch(p -> image(p).equals("app:2"));
  }

  @Test
  void aDeletedDeploymentTakesItsPodsAlong() {
    create("apps/v1", "Deployment", TEMPLATE);
    await(p -> p.size() == 2);

    client.apps().deployments().inNamespace("default").withName("web").delete();

    await(List::isEmpty);
    assertThat(client.apps().replicaSets().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void aStatefulSetsPodsHaveOrdinals() {
    create("apps/v1", "StatefulSet", TEMPLATE);

    assertThat(await(p -> p.size() == 2))
        .extracting(p -> p.getMetadata().getName())
        .containsExactlyInAnyOrder("web-0", "web-1");
  }

  @Test
  void aJobHasOnePodAndADeletedPodOfASetComesBack() {
    create("batch/v1", "Job", TEMPLATE.replace("  replicas: 2\n", ""));

    Pod first = await(p -> p.size() == 1).getFirst();
    client.resource(first).delete();

    await(
        p ->
            p.size() == 1
                && !p.getFirst().getMetadata().getUid().equals(first.getMetadata().getUid()));
  }

  private void create(String apiVersion, String kind, String rest) {
    String yaml = "apiVersion: " + apiVersion + "\nkind: " + kind + "\n" + rest;
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  private void makeReady(Pod pod) {
    client
        .resource(pod)
        .editStatus(
            p -> {
              p.setStatus(
                  new io.fabric8.kubernetes.api.model.PodStatusBuilder()
                      .addNewCondition()
                      .withType("Ready")
                      .withStatus("True")
                      .endCondition()
                      .build());
              return p;
            });
  }

  private static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  private List<Pod> await(Predicate<List<Pod>> wanted) {
    client
        .pods()
        .inNamespace("default")
        .informOnCondition(wanted)
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
    return client.pods().inNamespace("default").list().getItems();
  }
}
