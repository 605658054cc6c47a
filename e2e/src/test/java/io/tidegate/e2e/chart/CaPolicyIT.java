package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.operator.tls.CaPublisher;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Only the operator says which CAs sidecars believe. */
@ExtendWith(InstalledCharts.class)
class CaPolicyIT {
  private KubernetesClient admin;
  private KubernetesClient operator;
  private String namespace;

  @BeforeEach
  void open(Cluster installed) {
    admin = installed.admin();
    operator = installed.serviceAccount(Chart.NAMESPACE, "tidegate-operator");
    namespace = InstalledCharts.namespace(admin, Map.of());
  }

  @AfterEach
  void close() {
    operator.close();
    admin.close();
  }

  @Test
  void theOperatorWritesItEverywhere() {
    assertThat(publish("one")).isEmpty();
    assertThat(publish("two")).isEmpty();
    assertThat(held().getData()).isEqualTo(Map.of("ca.crt", "two"));
  }

  @Test
  void notEvenAnAdministratorMakesIt() {
    ConfigMap own = configMap("tidegate-ca").build();
    assertRefused(() -> admin.resource(own).create());
    assertRefused(() -> admin.resource(own).fieldManager("me").serverSideApply());
    assertThat(held()).isNull();
  }

  @Test
  void notEvenAnAdministratorChangesWhatItSays() {
    assertThat(publish("ours")).isEmpty();
    for (String change :
        List.of(
            "{'data': {'ca.crt': 'mine'}}",
            "{'data': {'more.crt': 'mine'}}",
            "{'data': null}",
            "{'binaryData': {'more.crt': 'bWluZQ=='}}",
            "{'immutable': true}")) {
      assertRefused(() -> patch(change));
    }
    assertThat(held().getData()).isEqualTo(Map.of("ca.crt", "ours"));
  }

  @Test
  void whatSaysNothingOfCasIsAnybodys() {
    assertThat(publish("ours")).isEmpty();
    patch("{'metadata': {'labels': {'team': 'a'}, 'finalizers': ['example.com/wait']}}");
    patch("{'metadata': {'finalizers': null}}");
    assertThat(held().getMetadata().getLabels()).containsEntry("team", "a");
    assertThat(admin.resource(configMap("other").build()).create()).isNotNull();
  }

  @Test
  void itCanBeDeletedByNameAndWithAllOthers() {
    assertThat(publish("ours")).isEmpty();
    admin.configMaps().inNamespace(namespace).withName("tidegate-ca").delete();
    assertThat(held()).isNull();
    assertThat(publish("ours")).isEmpty();
    admin.configMaps().inNamespace(namespace).delete();
    assertThat(held()).isNull();
  }

  @Test
  void inTheOperatorsOwnNamespaceAnAdministratorTakesAnOldCaOut() {
    CaPublisher publisher = new CaPublisher(operator);
    assertThat(publisher.publish(Set.of(Chart.NAMESPACE), "new and old")).isEmpty();
    var ours = admin.configMaps().inNamespace(Chart.NAMESPACE).withName("tidegate-ca");
    ours.edit(now -> new ConfigMapBuilder(now).addToData("ca.crt", "new").build());
    assertThat(ours.get().getData()).isEqualTo(Map.of("ca.crt", "new"));
    ours.delete();
  }

  private Set<String> publish(String pem) {
    return new CaPublisher(operator).publish(Set.of(namespace), pem);
  }

  private ConfigMap held() {
    return admin.configMaps().inNamespace(namespace).withName("tidegate-ca").get();
  }

  private void patch(String change) {
    admin
        .configMaps()
        .inNamespace(namespace)
        .withName("tidegate-ca")
        .patch(PatchContext.of(PatchType.JSON_MERGE), change.replace('\'', '"'));
  }

  private ConfigMapBuilder configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .addToData("ca.crt", "mine");
  }

  private static void assertRefused(ThrowingCallable request) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .hasMessageContainingAll("only the operator writes it", "needs another name");
  }
}
