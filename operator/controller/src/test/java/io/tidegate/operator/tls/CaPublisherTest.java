package io.tidegate.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class CaPublisherTest {
  KubernetesClient client;

  @Test
  void theCaReachesEachNamespaceAndIsRepairedThere() {
    CaPublisher publisher = new CaPublisher(client);
    publisher.publish(List.of("a", "b"), "one");
    publisher.publish(List.of("a"), "two");
    assertThat(configMap("a")).isEqualTo(Map.of("ca.crt", "two"));
    assertThat(configMap("b")).isEqualTo(Map.of("ca.crt", "one"));
  }

  @Test
  void theLabelByWhichAnUninstallFindsItIsRepaired() {
    CaPublisher publisher = new CaPublisher(client);
    publisher.publish(List.of("a"), "one");
    client
        .configMaps()
        .inNamespace("a")
        .withName("tidegate-ca")
        .edit(
            map -> new ConfigMapBuilder(map).editMetadata().withLabels(null).endMetadata().build());
    publisher.publish(List.of("a"), "one");
    assertThat(
            client
                .configMaps()
                .inNamespace("a")
                .withLabel("app.kubernetes.io/managed-by", "tidegate")
                .list()
                .getItems())
        .hasSize(1);
  }

  @Test
  void theWebhooksBundleIsSetWhereAWebhookExists() {
    CaPublisher publisher = new CaPublisher(client);
    assertThat(publisher.patchWebhook("tidegate", "pem")).isFalse();
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
        .create();
    assertThat(publisher.patchWebhook("tidegate", "pem")).isTrue();
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
    assertThat(Base64.getDecoder().decode(bundle))
        .isEqualTo("pem".getBytes(StandardCharsets.US_ASCII));
  }

  private Map<String, String> configMap(String namespace) {
    return client.configMaps().inNamespace(namespace).withName("tidegate-ca").get().getData();
  }
}
