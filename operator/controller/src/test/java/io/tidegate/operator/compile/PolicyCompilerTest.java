package io.tidegate.operator.compile;

import static io.tidegate.operator.compile.Cluster.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.policy.Policy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
  private static final String ALL = "rules: [{name: all, targets: [{provider: p, model: m}]}]";
  private static final String SHARED = ", allowedNamespaces: {from: All}";

  @Test
  void aNamespacesOwnRouteComesBeforeTheClustersOfEqualPriority() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider(OPERATOR, "p", SHARED)
            .routeTo(OPERATOR, "a-cluster", "p")
            .route(OPERATOR, "urgent", "{priority: 5, models: [x], " + ALL + "}")
            .routeTo("team", "z-own", "p");
    assertThat(names(snapshot(cluster, "pod").routes()))
        .containsExactly("urgent", "z-own", "a-cluster");
  }

  @Test
  void aClusterRouteGovernsOnlyTheNamespacesItSelects() {
    Cluster cluster =
        new Cluster()
            .namespace("team", Map.of("tier", "gold"))
            .pod("team", "in")
            .pod("other", "out")
            .provider(OPERATOR, "p")
            .route(
                OPERATOR,
                "gold",
                "{workloads: {namespaceSelector: {matchLabels: {tier: gold}}}, " + ALL + "}");
    assertThat(names(snapshot(cluster, "in").routes())).containsExactly("gold");
    assertThat(snapshot(cluster, "out").routes()).isEmpty();
  }

  @Test
  void aNameMeansTheOwnProviderBeforeTheOperators() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider(OPERATOR, "p", SHARED)
            .provider("team", "p")
            .routeTo("team", "own", "p")
            .routeTo("team", "shared", OPERATOR + "/p");
    assertThat(snapshot(cluster, "pod").routes())
        .extracting(route -> route.rules().getFirst().targets().getFirst().provider().namespace())
        .containsExactly("team", OPERATOR);
  }

  @Test
  void takingBackAnAllowedNamespaceTakesEffect() {
    Cluster before = new Cluster().pod("team", "pod").provider(OPERATOR, "p", SHARED);
    Cluster after = new Cluster().pod("team", "pod").provider(OPERATOR, "p");
    assertThat(snapshot(before.routeTo("team", "r", "p"), "pod").providers()).hasSize(1);
    Snapshot snapshot = snapshot(after.routeTo("team", "r", "p"), "pod");
    assertThat(snapshot.providers()).isEmpty();
    assertThat(snapshot.routes().getFirst().heldBack()).contains("may not use");
  }

  @Test
  void aBrokenRouteRefusesItsCallsAndLeavesTheOthersAlone() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider("team", "p")
            .route("team", "broken", "{models: [secret], " + ALL.replace("p,", "gone,") + "}")
            .routeTo("team", "fine", "p");
    List<Route> routes = snapshot(cluster, "pod").routes();
    assertThat(routes.getFirst().models()).containsExactly("secret");
    assertThat(routes.getFirst().rules()).isEmpty();
    assertThat(routes.getFirst().heldBack())
        .contains("ModelRoute team/broken", "spec.rules[all].targets[0].provider", "gone");
    assertThat(routes.get(1).heldBack()).isNull();
    assertThat(routes.get(1).rules()).hasSize(1);
  }

  @Test
  void oneBrokenTargetHoldsBackTheWholeRouteSoThatNoCallFallsThrough() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider("team", "p")
            .route(
                "team",
                "r",
                "{rules: [{name: strict, match: {sensitivity: [Restricted]},"
                    + " targets: [{provider: gone, model: m}]},"
                    + " {name: all, targets: [{provider: p, model: m}]}]}");
    Route route = snapshot(cluster, "pod").routes().getFirst();
    assertThat(route.rules()).isEmpty();
    assertThat(route.heldBack()).contains("spec.rules[strict]");
  }

  @Test
  void anObjectThatTheEngineRejectsIsPutAsideAndTheOthersGoOn() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider("team", "p")
            .providerSpec(
                "team",
                "bad",
                "{type: OpenAICompatible, endpoint: 'http://[:::', models: [{name: m}]}")
            .route("team", "r", "{models: [x], " + ALL.replace("p,", "bad,") + "}")
            .routeTo("team", "s", "p");
    Compilation compilation = cluster.compile();
    Snapshot snapshot = compilation.forPod("uid-pod").snapshot();
    assertThat(snapshot.routes().get(0).heldBack()).contains("ModelProvider team/bad");
    assertThat(snapshot.routes().get(1).heldBack()).isNull();
    assertThat(compilation.findings())
        .extracting(Finding::reason)
        .containsExactlyInAnyOrder(Reason.RejectedByEngine, Reason.ProviderBroken);
  }

  @Test
  void aBudgetThatTheEngineRejectsLetsNothingThrough() {
    Cluster cluster =
        new Cluster().pod("team", "pod").budget("team", "b", "{limits: [{name: day, usd: '1'}]}");
    Compilation compilation = cluster.compile();
    Budget budget = compilation.forPod("uid-pod").snapshot().budgets().getFirst();
    assertThat(budget.limits()).singleElement().extracting(Budget.Limit::amount).isEqualTo("0");
    assertThat(compilation.findings())
        .extracting(Finding::reason)
        .containsExactly(Reason.RejectedByEngine);
  }

  @Test
  void aBrokenPassThroughDenies() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .profile(OPERATOR, "default", "{unmatched: {action: PassThrough, providers: [gone]}}");
    assertThat(snapshot(cluster, "pod").profile().unmatched().action())
        .isEqualTo(Profile.Unmatched.Action.Deny);
  }

  @Test
  void theStricterOfTheRoutesAndTheRulesLimitsHolds() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider("team", "p")
            .route(
                "team",
                "r",
                "{limits: {maxInputTokens: 10, maxOutputTokens: 99}, rules: [{name: all, limits:"
                    + " {maxInputTokens: 50, maxOutputTokens: 20},"
                    + " targets: [{provider: p, model: m}]}]}");
    assertThat(snapshot(cluster, "pod").routes().getFirst().rules().getFirst().limits())
        .isEqualTo(new Route.Limits(10, 20));
  }

  @Test
  void budgetsOfTheNamespaceAndTheClusterCountForTheWorkloadsTheyName() {
    String limit = "limits: [{name: n, requests: 5, window: Minute}]";
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .pod("team", "job", "nightly", Map.of(), PodView.Phase.Running)
            .budget("team", "own", "{" + limit + "}")
            .budget("team", "jobs", "{subject: {workload: nightly}, " + limit + "}")
            .budget("other", "theirs", "{" + limit + "}")
            .budget(OPERATOR, "cluster", "{" + limit + "}")
            .budget(OPERATOR, "elsewhere", "{subject: {namespace: other}, " + limit + "}");
    assertThat(budgets(snapshot(cluster, "pod"))).containsExactly("own", "cluster");
    assertThat(budgets(snapshot(cluster, "job"))).containsExactly("jobs", "own", "cluster");
  }

  @Test
  void labelsPinInTheOrderNamespaceServiceAccountPod() {
    String tenant = TaskField.TENANT_ID.label();
    String profile =
        "{identity: [{field: tenant_id, sources: [Namespace, ServiceAccount, PodLabel, Header],"
            + " allowedValues: [ns, sa, pod]}]}";
    Cluster cluster =
        new Cluster()
            .namespace("one", Map.of(tenant, "ns"))
            .namespace("two", Map.of())
            .account("one", "default", Map.of(tenant, "sa"))
            .account("two", "default", Map.of(tenant, "sa"))
            .pod("one", "a", Map.of(tenant, "pod"))
            .pod("two", "b", Map.of(tenant, "pod"))
            .pod("three", "c", Map.of(tenant, "pod"))
            .pod("three", "d", Map.of(tenant, "made-up"))
            .profile(OPERATOR, "default", profile);
    assertThat(tenant(cluster, "a").pinned()).isEqualTo("ns");
    assertThat(tenant(cluster, "a").pinnedBy())
        .isEqualTo("label tidegate.io/tenant-id of Namespace one");
    assertThat(tenant(cluster, "b").pinned()).isEqualTo("sa");
    assertThat(tenant(cluster, "c").pinned()).isEqualTo("pod");
    assertThat(tenant(cluster, "d").pinned()).isNull();
    assertThat(tenant(cluster, "d").sources()).containsExactly(Profile.CallSource.Header);
  }

  @Test
  void aPodsLabelPinsNothingUnlessTheProfileAllowsIt() {
    Cluster cluster =
        new Cluster().pod("team", "pod", Map.of(TaskField.TENANT_ID.label(), "spoofed"));
    assertThat(snapshot(cluster, "pod").profile().identity()).isEmpty();
  }

  @Test
  void theProfileIsThePodsThenTheNamespacesThenTheDefaultOne() {
    Cluster cluster =
        new Cluster()
            .namespace("team", Map.of(WorkloadClasses.PROFILE_LABEL, "tight"))
            .pod("team", "by-namespace")
            .pod("team", "by-pod", Map.of(WorkloadClasses.PROFILE_LABEL, "wide"))
            .pod("other", "by-default")
            .profile("team", "tight", "{requestLimits: {maxJsonDepth: 8}}")
            .profile(OPERATOR, "tight", "{requestLimits: {maxJsonDepth: 9}}")
            .profile(OPERATOR, "wide", "{requestLimits: {maxJsonDepth: 99}}")
            .profile(OPERATOR, "default", "{requestLimits: {maxJsonDepth: 33}}");
    assertThat(depth(cluster, "by-namespace")).isEqualTo(8);
    assertThat(depth(cluster, "by-pod")).isEqualTo(99);
    assertThat(depth(cluster, "by-default")).isEqualTo(33);
  }

  @Test
  void sourcesNameEveryObjectThatTookPart() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .provider("team", "p")
            .prompt("team", "v", "messages: [{role: system, content: hi}]")
            .route("team", "r", "{prompt: {promptVersion: v}, " + ALL + "}")
            .budget("team", "b", "{limits: [{name: n, requests: 5, window: Minute}]}")
            .profile("team", "default", "{}");
    assertThat(cluster.compile().forPod("uid-pod").sources())
        .extracting(ObjectRef::toString)
        .containsExactly(
            "ModelProvider team/p",
            "ModelRoute team/r",
            "PromptVersion team/v",
            "SidecarProfile team/default",
            "TenantBudget team/b");
  }

  @Test
  void everySnapshotIsOneThatTheEngineLoads() throws Exception {
    Cluster cluster =
        new Cluster().pod("team", "pod").provider("team", "p").routeTo("team", "r", "p");
    WorkloadSnapshot snapshot = cluster.compile().forPod("uid-pod");
    Policy policy = Policy.load(snapshot.canonicalJson());
    assertThat(policy.version()).isEqualTo(snapshot.version());
    assertThat(policy.snapshot()).isEqualTo(snapshot.snapshot());
  }

  private static Snapshot snapshot(Cluster cluster, String pod) {
    return cluster.compile().forPod("uid-" + pod).snapshot();
  }

  private static List<String> names(List<Route> routes) {
    return routes.stream().map(route -> route.object().name()).toList();
  }

  private static List<String> budgets(Snapshot snapshot) {
    return snapshot.budgets().stream().map(budget -> budget.object().name()).toList();
  }

  private static Profile.FieldRule tenant(Cluster cluster, String pod) {
    return snapshot(cluster, pod).profile().identity().stream()
        .filter(rule -> rule.field() == TaskField.TENANT_ID)
        .findFirst()
        .orElseThrow();
  }

  private static int depth(Cluster cluster, String pod) {
    return snapshot(cluster, pod).profile().requestLimits().maxJsonDepth();
  }
}
