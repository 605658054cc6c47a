package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.tidegate.operator.compile.Cluster;
import io.tidegate.operator.compile.ResourceView;
import io.tidegate.operator.tls.CertificateIssuer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class TrustLineTest {
  private static final ResourceView GOVERNED =
      new Cluster()
          .namespace("team", Map.of("tidegate.io/inject", "enabled"))
          .namespace("other", Map.of())
          .pod("by-pod", "app")
          .view();

  KubernetesMockServer server;
  KubernetesClient client;
  private CertificateIssuer issuer;
  private TrustLine line;

  @BeforeEach
  void open() {
    issuer = CertificateIssuer.open(client, "tidegate-system", Set.of(), InstantSource.system());
    line = new TrustLine(client, issuer, "tidegate");
  }

  private ConfigMap published(String namespace) {
    return client.configMaps().inNamespace(namespace).withName("tidegate-ca").get();
  }

  @Test
  void everyGovernedNamespaceHasOurCaAndNoOther() {
    line.publish(GOVERNED);
    assertThat(published("team").getData()).isEqualTo(Map.of("ca.crt", issuer.caPem()));
    assertThat(published("by-pod")).isNotNull();
    assertThat(published("other")).isNull();
  }

  @Test
  void aNamespaceThatFailedIsTriedAgain() {
    Status forbidden = new StatusBuilder().withCode(403).withMessage("not yet").build();
    server
        .expect()
        .post()
        .withPath("/api/v1/namespaces/team/configmaps")
        .andReturn(403, forbidden)
        .once();
    line.publish(GOVERNED);
    assertThat(published("team")).isNull();
    assertThat(published("by-pod")).isNotNull();
    line.repair(GOVERNED);
    assertThat(published("team")).isNotNull();
  }

  @Test
  void aConfigMapThatSomebodyChangedIsRepairedInTime() {
    line.publish(GOVERNED);
    client
        .resource(published("team"))
        .edit(
            map -> {
              map.setData(Map.of("ca.crt", "theirs"));
              return map;
            });
    for (int round = 0; round < TrustLine.NAMESPACES_EVERY; round++) {
      line.repair(GOVERNED);
    }
    assertThat(published("team").getData()).isEqualTo(Map.of("ca.crt", issuer.caPem()));
  }

  @Test
  void aWebhookThatComesLateOrIsAppliedAnewGetsOurCa() {
    line.publish(GOVERNED);
    for (int applied = 0; applied < 2; applied++) {
      client
          .resource(
              new MutatingWebhookConfigurationBuilder()
                  .withNewMetadata()
                  .withName("tidegate")
                  .endMetadata()
                  .addNewWebhook()
                  .withName("pods.tidegate.io")
                  .withNewClientConfig()
                  .withUrl("https://x")
                  .endClientConfig()
                  .endWebhook()
                  .build())
          .createOr(old -> old.update());
      line.repair(GOVERNED);
      assertThat(bundle()).isEqualTo(issuer.caPem());
    }
  }

  private String bundle() {
    String bundle =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName("tidegate")
            .get()
            .getWebhooks()
            .getFirst()
            .getClientConfig()
            .getCaBundle();
    return new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII);
  }
}
