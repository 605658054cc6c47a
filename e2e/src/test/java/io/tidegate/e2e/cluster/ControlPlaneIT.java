package io.tidegate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.api.ModelRoute;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedCluster.class)
class ControlPlaneIT {
  @Test
  void theServerIsOfThePinnedVersion(Cluster cluster) throws Exception {
    assumeTrue(cluster instanceof ControlPlane, "the version of a given cluster is its own affair");
    String pinned =
        Files.readAllLines(Scripts.path("go.mod")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("k8s.io/kubernetes v"))
            .map(line -> line.split(" ")[1])
            .findFirst()
            .orElseThrow();
    try (KubernetesClient admin = cluster.admin()) {
      assertThat(admin.getKubernetesVersion().getGitVersion()).isEqualTo(pinned);
    }
    assertThat(cluster.run("kubectl", "version", "--client").orFail()).contains(pinned);
  }

  @Test
  void everyDefinitionOfOursIsEstablished(Cluster cluster) {
    try (KubernetesClient admin = cluster.admin()) {
      Definitions.apply(admin);
      assertThat(admin.resources(ModelRoute.class).inAnyNamespace().list().getItems()).isNotNull();
    }
  }

  @Test
  void aServiceAccountIsItselfAndMayDoNothingUnasked(Cluster cluster) {
    String namespace = cluster.newNamespace("account");
    String token = cluster.token(namespace, "someone", Duration.ofMinutes(10), "tidegate-operator");
    try (KubernetesClient admin = cluster.admin();
        KubernetesClient someone = cluster.serviceAccount(namespace, "someone")) {
      var review =
          admin
              .resource(
                  new TokenReviewBuilder()
                      .withNewSpec()
                      .withToken(token)
                      .withAudiences("tidegate-operator")
                      .endSpec()
                      .build())
              .create();
      assertThat(review.getStatus().getUser().getUsername())
          .isEqualTo("system:serviceaccount:" + namespace + ":someone");
      assertThatThrownBy(() -> someone.configMaps().inNamespace(namespace).list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
  }

  @Test
  void anApiServerThatCameBackHasTheSameAddressAndTheSameObjects() {
    try (ControlPlane api = ControlPlane.start();
        KubernetesClient admin = api.admin()) {
      admin
          .configMaps()
          .inNamespace("default")
          .resource(new ConfigMapBuilder().withNewMetadata().withName("kept").endMetadata().build())
          .create();
      api.killApiServer();
      api.startApiServer();
      assertThat(admin.configMaps().inNamespace("default").withName("kept").get()).isNotNull();
      api.stopApiServer();
      api.startApiServer();
      assertThat(admin.configMaps().inNamespace("default").withName("kept").get()).isNotNull();
    }
  }
}
