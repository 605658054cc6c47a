package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import io.tidegate.api.Condition;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a deleted object leaves behind in the configuration and in the others' statuses. */
class DeletionLineTest {
  private static final String PROMPT =
      "{prompt: p, version: v1, messages: [{role: system, content: Hi}]}";
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private Operator operator;
  private StubSidecar sidecar;

  @BeforeEach
  void policy() {
    cluster.namespace("team", Map.of("tidegate.io/profile", "strict"));
    cluster.policy("team");
    cluster.apply(
        TenantBudget.class, "team", "b", "{limits: [{name: n, requests: 9, window: Day}]}");
    cluster.apply(PromptVersion.class, "team", "v", PROMPT);
    cluster.apply(
        ModelRoute.class,
        "team",
        "r",
        "{prompt: {promptVersion: v}, rules: [{name: all, targets: [{provider: p, model: m}]}]}");
    cluster.apply(SidecarProfile.class, "team", "strict", "{requestLimits: {maxJsonDepth: 9}}");
    cluster.pod("team", "app");
    operator = cluster.operator();
    sidecar =
        new StubSidecar(vertx, operator).acknowledging().connect(TestCluster.token("team", "app"));
    until(
        "a configuration with all of them",
        () -> !sidecar.configurations().isEmpty() && sidecar.newest().prompts().size() == 1);
    assertThat(sidecar.newest().budgets()).hasSize(1);
    assertThat(sidecar.newest().profile().requestLimits().maxJsonDepth()).isEqualTo(9);
    until("the route in force", () -> route("Ready", "Ready"));
  }

  @AfterEach
  void close() {
    if (sidecar != null) {
      sidecar.close();
    }
    if (operator != null) {
      operator.close();
    }
    cluster.close();
    vertx.close().await();
  }

  private <R extends CustomResource<?, ?>> void delete(Class<R> type, String name) {
    cluster.client().resources(type).inNamespace("team").withName(name).delete();
  }

  private boolean route(String type, String reason) {
    Predicate<Condition> said = c -> c.type().equals(type) && c.reason().equals(reason);
    return cluster
        .statusOf("team")
        .filter(status -> status.conditions().stream().anyMatch(said))
        .isPresent();
  }

  private String heldBack() {
    Route first = sidecar.newest().routes().getFirst();
    return first.heldBack() == null ? "" : first.heldBack();
  }

  @Test
  void aDeletedBudgetCountsNoLonger() {
    delete(TenantBudget.class, "b");
    until("no budget", () -> sidecar.newest().budgets().isEmpty());
    until("the route still in force", () -> route("Ready", "Ready"));
    assertThat(heldBack()).isEmpty();
  }

  @Test
  void theRoutesOfADeletedPromptAreHeldBackUntilItIsThereAgain() {
    delete(PromptVersion.class, "v");
    until("the route is held back", () -> heldBack().contains("PromptVersion v"));
    until("its condition", () -> route("ResolvedRefs", "PromptNotFound"));
    assertThat(route("Stalled", "NotStalled")).isTrue();
    cluster.apply(PromptVersion.class, "team", "v", PROMPT);
    until("the route serves", () -> heldBack().isEmpty());
    until("its condition", () -> route("Ready", "Ready"));
  }

  @Test
  void callsAreRefusedWhileTheProfileThatTheNamespaceNamesIsDeleted() {
    delete(SidecarProfile.class, "strict");
    until("every call is refused", () -> heldBack().contains("SidecarProfile team/strict"));
    assertThat(sidecar.newest().routes().getFirst().object())
        .isEqualTo(new ObjectRef("SidecarProfile", "team", "strict"));
    cluster.apply(SidecarProfile.class, "team", "strict", "{requestLimits: {maxJsonDepth: 10}}");
    until("the new profile", () -> sidecar.newest().profile().requestLimits().maxJsonDepth() == 10);
    assertThat(heldBack()).isEmpty();
  }
}
