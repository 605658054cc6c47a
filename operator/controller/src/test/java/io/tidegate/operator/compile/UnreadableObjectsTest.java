package io.tidegate.operator.compile;

import static io.tidegate.operator.compile.Cluster.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Specs that no type of ours fits hold back what they decide, and nothing beside it. */
class UnreadableObjectsTest {
  private static final String RULES = "rules: [{name: all, targets: [{provider: p, model: m}]}]";

  private static Cluster team() {
    return new Cluster()
        .namespace("team", Map.of("tier", "gold"))
        .namespace("other", Map.of())
        .provider("team", "p")
        .routeTo("team", "r", "p")
        .pod("team", "pod")
        .pod("other", "far");
  }

  private static Snapshot of(Compilation compilation, String pod) {
    return compilation.forPod("uid-" + pod).snapshot();
  }

  private static Route route(Snapshot snapshot, String name) {
    return snapshot.routes().stream()
        .filter(route -> route.object().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Finding> findings(Compilation compilation, String kind) {
    return compilation.findings().stream()
        .filter(finding -> finding.object().kind().equals(kind))
        .toList();
  }

  @Test
  void aRouteClaimsTheModelsAndPodsThatCanBeReadAndRefusesThem() {
    Compilation compilation =
        team()
            .route(
                "team",
                "bad",
                "{priority: 9, models: [x], guards: [pii], workloads: {podSelector: {matchLabels:"
                    + " {a: b}}}, "
                    + RULES
                    + "}")
            .pod("team", "chosen", Map.of("a", "b"))
            .compile();
    Route held = route(of(compilation, "chosen"), "bad");
    assertThat(of(compilation, "chosen").routes().getFirst()).isEqualTo(held);
    assertThat(held.models()).containsExactly("x");
    assertThat(held.rules()).isEmpty();
    assertThat(held.heldBack())
        .contains("ModelRoute team/bad", "spec.guards", "does not know", "Upgrade the operator");
    assertThat(of(compilation, "pod").routes())
        .extracting(route -> route.object().name())
        .containsExactly("r");
    assertThat(route(of(compilation, "pod"), "r").heldBack()).isNull();
  }

  @Test
  void aRouteWhoseClaimCannotBeReadClaimsAllThatItCould() {
    Compilation compilation =
        team()
            .route("team", "bad", "{priority: high, models: 7, workloads: [], " + RULES + "}")
            .compile();
    Route held = of(compilation, "pod").routes().getFirst();
    assertThat(held.object().name()).isEqualTo("bad");
    assertThat(held.models()).isEmpty();
    assertThat(of(compilation, "far").routes()).isEmpty();
  }

  @Test
  void aClusterRouteStaysInTheNamespacesThatCanBeRead() {
    Compilation compilation =
        team()
            .route(
                OPERATOR,
                "bad",
                "{moon: 1, workloads: {namespaceSelector: {matchLabels: {tier: gold}}}, "
                    + RULES
                    + "}")
            .compile();
    assertThat(route(of(compilation, "pod"), "bad").heldBack()).contains("spec.moon");
    assertThat(of(compilation, "far").routes()).isEmpty();
  }

  @Test
  void aBudgetLetsNothingThroughOfWhatItsSubjectNames() {
    Compilation compilation =
        team()
            .budget(
                "team",
                "bad",
                "{subject: {user: eve, tenant: 7}, limits: [{name: n, usd: '1', window: Aeon}]}")
            .compile();
    Budget held = of(compilation, "pod").budgets().getFirst();
    assertThat(held.subject()).isEqualTo(new Budget.Subject(null, "eve", null, null, null));
    assertThat(held.limits()).extracting(Budget.Limit::amount).containsExactly("0");
    assertThat(held.heldBack()).contains("spec.");
    assertThat(of(compilation, "far").budgets()).isEmpty();
    assertThat(findings(compilation, "TenantBudget"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.reason()).isEqualTo(Reason.SpecNotUnderstood);
              assertThat(finding.message())
                  .contains("TenantBudget team/bad", "spec.subject.tenant");
            });
  }

  @Test
  void routesToAProviderThatIsNotUnderstoodAreHeldBack() {
    Compilation compilation =
        team()
            .providerSpec(OPERATOR, "bad", "{type: Telepathy, models: [{name: m}]}")
            .routeTo("team", "s", OPERATOR + "/bad")
            .compile();
    assertThat(route(of(compilation, "pod"), "s").heldBack())
        .contains("ModelProvider tidegate-system/bad", "cannot serve");
    assertThat(route(of(compilation, "pod"), "r").heldBack()).isNull();
    assertThat(findings(compilation, "ModelProvider"))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message()).contains("spec.type", "'Telepathy'", "OpenAI"));
  }

  @Test
  void routesWithAPromptThatIsNotUnderstoodAreHeldBack() {
    Compilation compilation =
        team()
            .prompt("team", "bad", "messages: [{role: oracle, content: hi}]")
            .route("team", "s", "{prompt: {promptVersion: bad}, " + RULES + "}")
            .compile();
    assertThat(route(of(compilation, "pod"), "s").heldBack()).contains("PromptVersion team/bad");
    assertThat(route(of(compilation, "pod"), "r").heldBack()).isNull();
  }

  @Test
  void everyCallOfAPodIsRefusedWhoseProfileIsNotUnderstood() {
    Compilation compilation =
        team()
            .profile("team", "odd", "{identity: [{field: tenant_id, sources: [Moon]}]}")
            .pod("team", "odd", Map.of("tidegate.io/profile", "odd"))
            .compile();
    assertThat(of(compilation, "odd").routes().getFirst().heldBack())
        .contains("SidecarProfile team/odd", "spec.identity[0].sources[0]", "Moon");
    assertThat(of(compilation, "odd").profile().object())
        .isEqualTo(new ObjectRef("SidecarProfile", "team", "odd"));
    assertThat(of(compilation, "pod").routes())
        .allSatisfy(route -> assertThat(route.heldBack()).isNull());
  }

  @Test
  void anObjectWithoutASpecIsHeldBackLikeAnyOther() {
    Compilation compilation =
        team()
            .route("team", "bad", "null")
            .budget("team", "bad", "null")
            .providerSpec("team", "bad", "null")
            .profile("team", "bad", "null")
            .compile();
    assertThat(compilation.findings())
        .hasSize(4)
        .allSatisfy(finding -> assertThat(finding.message()).contains("spec is missing"));
    assertThat(route(of(compilation, "pod"), "bad").heldBack()).isNotNull();
  }
}
