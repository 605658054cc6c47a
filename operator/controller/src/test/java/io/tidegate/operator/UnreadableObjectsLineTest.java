package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that were stored under a newer CRD, or by hand, and that no type of ours fits. */
class UnreadableObjectsLineTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;

  @BeforeEach
  void policy() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
    cluster.pod("team", "app");
  }

  @AfterEach
  void close() {
    if (operator != null) {
      operator.close();
    }
    cluster.close();
    vertx.close().await();
  }

  private StoredByHand byHand(Class<? extends CustomResource<?, ?>> type) {
    return new StoredByHand(cluster.client(), type, "team");
  }

  private void oneOfEachKind() {
    byHand(ModelRoute.class)
        .put("bad", "spec: {models: [x], rules: [{name: all, match: {moonPhase: [Full]}}]}");
    byHand(ModelProvider.class).put("bad", "spec: {type: Telepathy, models: 7}");
    byHand(TenantBudget.class)
        .put("bad", "spec: {subject: {user: eve}, limits: [{name: n, usd: '1', window: Aeon}]}");
    byHand(PromptVersion.class).put("bad", "spec: {prompt: [p], version: v1, messages: []}");
    byHand(SidecarProfile.class).put("bad", "spec: {port: many, identity: [null]}");
  }

  private String message(Class<? extends CustomResource<?, ?>> type, String condition) {
    until(
        type.getSimpleName() + " has " + condition,
        () -> byHand(type).condition("bad", condition).isPresent());
    Map<String, Object> found = byHand(type).condition("bad", condition).orElseThrow();
    assertThat(found).containsEntry("status", "False");
    return String.valueOf(found.get("message"));
  }

  private StubSidecar connect() {
    return new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"));
  }

  private static Integer cap(StubSidecar sidecar) {
    if (sidecar.configurations().isEmpty()) {
      return null;
    }
    return sidecar.newest().routes().stream()
        .filter(route -> route.object().name().equals("r"))
        .findFirst()
        .map(route -> route.rules().getFirst().limits().maxOutputTokens())
        .orElse(null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUnreadableObjectOfEachKindLeavesTheOthersInForce(boolean beforeTheOperator) {
    if (beforeTheOperator) {
      oneOfEachKind();
    }
    operator = cluster.operator();
    try (StubSidecar sidecar = connect()) {
      until("the first configuration", () -> Integer.valueOf(100).equals(cap(sidecar)));
      if (!beforeTheOperator) {
        oneOfEachKind();
      }
      cluster.route("team", "r", "p", 200);
      until("the change beside it", () -> Integer.valueOf(200).equals(cap(sidecar)));
    }
  }

  @Test
  void itsConditionNamesTheFieldAndTheNextStep() {
    oneOfEachKind();
    operator = cluster.operator();
    assertThat(message(ModelRoute.class, "Accepted"))
        .contains("ModelRoute team/bad", "spec.rules[0].match.moonPhase", "pgrade the operator");
    assertThat(message(ModelProvider.class, "Accepted")).contains("spec.type", "Telepathy");
    assertThat(message(TenantBudget.class, "Accepted")).contains("spec.limits[0].window", "Aeon");
    assertThat(message(PromptVersion.class, "Accepted")).contains("spec.prompt");
    assertThat(message(SidecarProfile.class, "Accepted")).contains("spec.");
    assertThat(message(ModelRoute.class, "Programmed")).contains("moonPhase");
  }

  @Test
  void itsSpecStaysAsItIsWhenItsStatusIsWrittenAndItIsMendedByAnEdit() {
    oneOfEachKind();
    operator = cluster.operator();
    Object before = byHand(ModelRoute.class).spec("bad");
    assertThat(message(ModelRoute.class, "Ready")).contains("moonPhase");
    assertThat(byHand(ModelRoute.class).spec("bad")).isEqualTo(before);
    byHand(ModelRoute.class)
        .put(
            "bad", "spec: {models: [x], rules: [{name: all, targets: [{provider: p, model: m}]}]}");
    until("accepted", () -> accepted("bad"));
  }

  @Test
  void aStatusThatIsNotUnderstoodIsWrittenAnew() {
    byHand(ModelRoute.class)
        .put(
            "moon",
            "spec: {rules: [{name: all, targets: [{provider: p, model: m}]}]}\nstatus:"
                + " {conditions: [{type: Accepted, status: Perhaps}], observedGeneration: x}");
    operator = cluster.operator();
    until("accepted", () -> accepted("moon"));
  }

  private boolean accepted(String route) {
    return byHand(ModelRoute.class)
        .condition(route, "Accepted")
        .filter(condition -> "True".equals(condition.get("status")))
        .isPresent();
  }
}
