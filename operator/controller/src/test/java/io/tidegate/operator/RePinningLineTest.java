package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labels that pin a field of the request contract, changed while a sidecar is connected. */
class RePinningLineTest {
  private static final String TENANT = TaskField.TENANT_ID.label();
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;
  private StubSidecar sidecar;

  @BeforeEach
  void connect() {
    cluster.namespace("team", Map.of(TENANT, "acme"));
    cluster
        .client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("team")
                .withName("default")
                .endMetadata()
                .build())
        .create();
    cluster.policy("team");
    cluster.pod("team", "app");
    operator = cluster.operator();
    sidecar = new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"));
    until("the first pin", () -> pinned("acme", "Namespace team"));
  }

  @AfterEach
  void close() {
    sidecar.close();
    operator.close();
    cluster.close();
    vertx.close().await();
  }

  private Optional<Profile.FieldRule> tenant() {
    if (sidecar.configurations().isEmpty()) {
      return Optional.empty();
    }
    return sidecar.newest().profile().identity().stream()
        .filter(rule -> rule.field() == TaskField.TENANT_ID && rule.pinned() != null)
        .findFirst();
  }

  private boolean pinned(String value, String place) {
    return tenant()
        .filter(rule -> rule.pinned().equals(value) && rule.pinnedBy().contains(place))
        .isPresent();
  }

  private Resource<Namespace> namespace() {
    return cluster.client().namespaces().withName("team");
  }

  private Resource<ServiceAccount> account() {
    return cluster.client().serviceAccounts().inNamespace("team").withName("default");
  }

  /**
   * @param value null removes the label
   */
  private static <T extends HasMetadata> void label(Resource<T> resource, String value) {
    resource.edit(
        object -> {
          Map<String, String> labels = new HashMap<>();
          if (object.getMetadata().getLabels() != null) {
            labels.putAll(object.getMetadata().getLabels());
          }
          labels.remove(TENANT);
          if (value != null) {
            labels.put(TENANT, value);
          }
          object.getMetadata().setLabels(labels);
          return object;
        });
  }

  @Test
  void aChangedLabelOfTheNamespaceReachesTheSidecar() {
    label(namespace(), "globex");
    until("the new pin", () -> pinned("globex", "Namespace team"));
  }

  @Test
  void aLabelOfTheServiceAccountPinsWhereTheNamespaceNoLongerDoes() {
    label(account(), "initech");
    label(namespace(), null);
    until("the account's pin", () -> pinned("initech", "ServiceAccount team/default"));
    label(account(), "hooli");
    until("its new pin", () -> pinned("hooli", "ServiceAccount team/default"));
    label(namespace(), "acme");
    until("the namespace's pin, which goes first", () -> pinned("acme", "Namespace team"));
  }

  @Test
  void aPinThatIsTakenBackLeavesTheFieldToTheCall() {
    label(namespace(), null);
    until("no pin", () -> tenant().isEmpty());
  }

  @Test
  void aServiceAccountThatIsDeletedPinsNoLonger() {
    label(account(), "initech");
    label(namespace(), null);
    until("the account's pin", () -> pinned("initech", "ServiceAccount team/default"));
    account().delete();
    until("no pin", () -> tenant().isEmpty());
  }
}
