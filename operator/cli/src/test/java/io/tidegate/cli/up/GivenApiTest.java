package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.embedded.EmbeddedApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The embedded API stands for one that somebody else runs. */
class GivenApiTest {
  private static final String OWN = "https://127.0.0.1:8443";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private EmbeddedApi api;
  private KubernetesClient client;
  private GivenApi given;

  @BeforeEach
  void start() throws IOException {
    api = EmbeddedApi.start("127.0.0.1", 0, (n, s) -> Optional.empty(), InstantSource.system());
    client = api.client();
    for (String namespace : Set.of("shop", "other")) {
      create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    }
    given = GivenApi.of(Path.of("config"), client, OWN, new PrintStream(err, true, UTF_8));
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void onlyWorkloadsOfTheDirectorysNamespacesAreStopped() {
    workload("shop");
    workload("other");

    given.takeOver(() -> Set.of("shop"));
    assertThat(pod("shop")).isNull();
    assertThat(readyReplicas("shop")).isNull();

    workload("shop");
    given.close();
    assertThat(pod("shop")).isNull();
    assertThat(readyReplicas("shop")).isNull();

    assertThat(pod("other")).isNotNull();
    assertThat(readyReplicas("other")).isEqualTo(1);
  }

  @Test
  void nothingIsStoppedWhereNothingWasTakenOver() {
    workload("shop");

    given.close();

    assertThat(pod("shop")).isNotNull();
  }

  @Test
  void workloadsAreLeftToNodesThatJoined() {
    given.takeOver(() -> Set.of("shop"));
    workload("shop");
    create(new NodeBuilder().withNewMetadata().withName("one").endMetadata().build());

    given.close();

    assertThat(pod("shop")).isNotNull();
    assertThat(readyReplicas("shop")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("nodes have joined", "next: ", "shop");
  }

  @Test
  void onlyTheWebhookThatLeadsHereIsRemoved() {
    ClusterFurniture furniture = new ClusterFurniture(client);
    furniture.registerWebhook("https://127.0.0.1:84430", 84430);
    given.close();
    assertThat(webhooks()).isEqualTo(1);

    furniture.registerWebhook("", 8443);
    given.close();
    assertThat(webhooks()).isEqualTo(1);

    furniture.registerWebhook(OWN, 8443);
    given.close();
    assertThat(webhooks()).isZero();
  }

  @Test
  void anInstalledOperatorIsLeftAloneAndAnUpThatWasKilledIsReplaced() {
    ClusterFurniture furniture = new ClusterFurniture(client);
    furniture.registerWebhook("https://127.77.1.1:8443", 8443);
    assertThat(GivenApi.of(Path.of("config"), client, OWN, System.err)).isNotNull();

    furniture.registerWebhook("", 8443);
    assertThatThrownBy(() -> GivenApi.of(Path.of("config"), client, OWN, System.err))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("an operator is installed there")
        .hasMessageContaining("next: ");
    assertThat(webhooks()).isEqualTo(1);
  }

  private int webhooks() {
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .list()
        .getItems()
        .size();
  }

  /** A Deployment that says it is ready, and a pod that something owns. */
  private void workload(String namespace) {
    client.apps().deployments().inNamespace(namespace).withName("app").delete();
    create(
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("app")
            .withNamespace(namespace)
            .endMetadata()
            .build());
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("app")
        .editStatus(
            d -> new DeploymentBuilder(d).withNewStatus().withReadyReplicas(1).endStatus().build());
    create(
        new PodBuilder()
            .withNewMetadata()
            .withName("app-1")
            .withNamespace(namespace)
            .addNewOwnerReference()
            .withApiVersion("apps/v1")
            .withKind("ReplicaSet")
            .withName("app")
            .withUid("1")
            .endOwnerReference()
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("app")
            .withImage("app")
            .endContainer()
            .endSpec()
            .build());
  }

  private Pod pod(String namespace) {
    return client.pods().inNamespace(namespace).withName("app-1").get();
  }

  private Integer readyReplicas(String namespace) {
    Deployment app = client.apps().deployments().inNamespace(namespace).withName("app").get();
    return app.getStatus() == null ? null : app.getStatus().getReadyReplicas();
  }

  private void create(HasMetadata object) {
    client.resource(object).create();
  }
}
