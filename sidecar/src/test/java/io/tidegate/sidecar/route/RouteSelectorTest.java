package io.tidegate.sidecar.route;

import static io.tidegate.sidecar.route.Policies.denying;
import static io.tidegate.sidecar.route.Policies.provider;
import static io.tidegate.sidecar.route.Policies.route;
import static io.tidegate.sidecar.route.Policies.rule;
import static io.tidegate.sidecar.route.Policies.target;
import static io.tidegate.sidecar.route.Policies.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Route.FailureKind;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.policy.Policy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteSelectorTest {
  private static final Route.Target CHEAP = target("openai", "cheap", 90);
  private static final Route.Target STRONG = target("openai", "strong", 10);
  private static final Route.Target LLAMA = target("vllm", "llama", 1);
  private static final Route.Target CLAUDE = target("anthropic", "claude", 1);

  private static Selection select(Policy policy, Task task, String model) {
    return RouteSelector.select(policy, Dialect.OpenAI, task, model, 0);
  }

  private static Plan plan(Selection selection) {
    assertThat(selection).isInstanceOf(Selection.Routed.class);
    return ((Selection.Routed) selection).plan();
  }

  private static Refusal refusal(Selection selection) {
    assertThat(selection).isInstanceOf(Selection.Refused.class);
    return ((Selection.Refused) selection).refusal();
  }

  private static List<String> models(Plan plan) {
    return plan.attempts().stream().map(attempt -> attempt.model().config().name()).toList();
  }

  private static Route.Match sensitivity(String value) {
    return new Route.Match(
        List.of(), List.of(), List.of(), List.of(value), List.of(), List.of(), List.of());
  }

  @Test
  void theFirstMatchingRuleOfTheFirstClaimingRouteWins() {
    Policy policy =
        denying(
            route("other", List.of("else"), rule("a", Route.Match.ANY, LLAMA)),
            route(
                "first",
                List.of("m"),
                rule("sensitive", sensitivity("Confidential"), LLAMA),
                rule("rest", Route.Match.ANY, CHEAP)),
            route("second", List.of(), rule("b", Route.Match.ANY, STRONG)));
    Plan plain = plan(select(policy, Task.EMPTY, "m"));
    assertThat(plain.route().name()).isEqualTo("first");
    assertThat(plain.rule()).isEqualTo("rest");
    assertThat(plain.passThrough()).isFalse();
    Task secret = task(Map.of(TaskField.SENSITIVITY, "CONFIDENTIAL"));
    assertThat(plan(select(policy, secret, "m")).rule()).isEqualTo("sensitive");
    assertThat(plan(select(policy, secret, "x")).route().name()).isEqualTo("second");
  }

  @Test
  void everyNamedFieldMustMatchAndAnUnstatedOneDoesNot() {
    Route.Match both =
        new Route.Match(
            List.of("t"),
            List.of("u"),
            List.of("w"),
            List.of(),
            List.of("Batch"),
            List.of("economy"),
            List.of("m"));
    Policy policy = denying(route("r", List.of(), rule("a", both, CHEAP)));
    Map<TaskField, String> all =
        Map.of(
            TaskField.TENANT_ID, "t",
            TaskField.USER_ID, "u",
            TaskField.WORKFLOW, "w",
            TaskField.LATENCY_CLASS, "batch",
            TaskField.BUDGET_CLASS, "economy");
    plan(select(policy, task(all), "m"));
    refusal(select(policy, task(all), "other"));
    for (TaskField field : all.keySet()) {
      var less = new java.util.HashMap<>(all);
      less.remove(field);
      refusal(select(policy, task(less), "m"));
    }
    var otherTenant = new java.util.HashMap<>(all);
    otherTenant.put(TaskField.TENANT_ID, "T");
    refusal(select(policy, task(otherTenant), "m"));
  }

  @Test
  void aHeldBackRouteRefusesWhatItClaimsAndLetsTheRestPass() {
    Route broken =
        new Route(
            new io.tidegate.sidecar.config.ObjectRef("ModelRoute", "support", "broken"),
            List.of("m"),
            List.of(),
            "ModelRoute support/broken: spec.rules[0] names ModelProvider support/gone, which does"
                + " not exist. Create it.");
    Policy policy = denying(broken, route("r", List.of(), rule("a", Route.Match.ANY, CHEAP)));
    Refusal refusal = refusal(select(policy, Task.EMPTY, "m"));
    assertThat(refusal.reason()).isEqualTo(Reason.ROUTE_HELD_BACK);
    assertThat(refusal.message())
        .isEqualTo(
            "ModelRoute support/broken claims this call and cannot serve it: spec.rules[0] names"
                + " ModelProvider support/gone, which does not exist. Create it.");
    plan(select(policy, Task.EMPTY, "other"));
  }

  @Test
  void aProfileThatIsNotThereRefusesInWordsOfItsOwn() {
    Route missing =
        new Route(
            new io.tidegate.sidecar.config.ObjectRef("SidecarProfile", "support", "gone"),
            List.of(),
            List.of(),
            "SidecarProfile support/gone: it does not exist. Create it.");
    assertThat(refusal(select(denying(missing), Task.EMPTY, "m")).message())
        .isEqualTo(
            "SidecarProfile support/gone governs this pod and lets no call pass: it does not exist."
                + " Create it.");
  }

  @Test
  void weightsShareTheCalls() {
    Route.Rule weighted =
        new Route.Rule(
            "w",
            Route.Match.ANY,
            List.of(CHEAP, STRONG, CLAUDE),
            Route.Select.Weighted,
            null,
            null,
            null,
            null);
    Policy policy = denying(route("r", List.of(), weighted));
    int cheap = 0;
    for (int i = 0; i < 1000; i++) {
      Plan plan = plan(RouteSelector.select(policy, Dialect.OpenAI, Task.EMPTY, "m", i / 1000.0));
      assertThat(plan.attempts()).hasSize(1);
      assertThat(plan.fallbackOn()).isEmpty();
      cheap += models(plan).contains("cheap") ? 1 : 0;
    }
    assertThat(cheap).isCloseTo(900, within(1));
    assertThat(
            models(
                plan(
                    RouteSelector.select(
                        policy, Dialect.OpenAI, Task.EMPTY, "m", Math.nextDown(1.0)))))
        .containsExactly("strong");
  }

  @Test
  void fallbackTargetsComeBehindAndNoTargetTwice() {
    Route.Fallback fallback =
        new Route.Fallback(List.of(FailureKind.RateLimited), List.of(STRONG, LLAMA, CLAUDE));
    Route.Retry retry = new Route.Retry(2, 1, 2);
    Route.Limits limits = new Route.Limits(10, 20);
    Route.Rule rule =
        new Route.Rule(
            "w",
            Route.Match.ANY,
            List.of(STRONG, CHEAP),
            Route.Select.Ordered,
            fallback,
            retry,
            limits,
            null);
    Plan plan = plan(select(denying(route("r", List.of(), rule)), Task.EMPTY, "m"));
    assertThat(models(plan)).containsExactly("strong", "cheap", "llama");
    assertThat(plan.attempts())
        .extracting(PlannedTarget::fallback)
        .containsExactly(false, true, true);
    assertThat(plan.fallbackOn()).containsExactly(FailureKind.RateLimited);
    assertThat(plan.retry()).isEqualTo(retry);
    assertThat(plan.limits()).isEqualTo(limits);
  }

  @Test
  void orderedTargetsWithoutAFallbackFollowOnAnyFailure() {
    Plan plan =
        plan(
            select(
                denying(route("r", List.of(), rule("a", Route.Match.ANY, CHEAP, LLAMA))),
                Task.EMPTY,
                "m"));
    assertThat(plan.fallbackOn()).containsExactly(FailureKind.values());
  }

  @Test
  void aRuleOfTheOtherDialectRefusesAndSaysSo() {
    Policy policy = denying(route("r", List.of(), rule("a", Route.Match.ANY, CLAUDE)));
    Refusal refusal = refusal(select(policy, Task.EMPTY, "m"));
    assertThat(refusal.reason()).isEqualTo(Reason.DIALECT_MISMATCH);
    assertThat(refusal.rule()).isEqualTo("a");
    assertThat(refusal.message())
        .contains("ModelRoute support/r", "ModelProvider support/anthropic", "spec.rules[a]");
  }

  @Test
  void catchAllRoutesOfTheTwoDialectsStandSideBySide() {
    Route openai = route("openai", List.of(), rule("a", Route.Match.ANY, CHEAP));
    Route anthropic = route("anthropic", List.of(), rule("a", Route.Match.ANY, CLAUDE));
    for (Policy policy : List.of(denying(openai, anthropic), denying(anthropic, openai))) {
      assertThat(models(plan(select(policy, Task.EMPTY, "m")))).containsExactly("cheap");
      assertThat(models(plan(RouteSelector.select(policy, Dialect.Anthropic, Task.EMPTY, "m", 0))))
          .containsExactly("claude");
    }
  }

  @Test
  void aRouteThatNamesTheModelKeepsItFromACatchAllOfTheOtherDialect() {
    Route.Match named =
        new Route.Match(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of("m"));
    Route rest = route("rest", List.of(), rule("a", Route.Match.ANY, CHEAP));
    for (Route naming :
        List.of(
            route("naming", List.of("m"), rule("a", Route.Match.ANY, CLAUDE)),
            route("naming", List.of(), rule("a", named, CLAUDE)))) {
      Refusal refusal = refusal(select(denying(naming, rest), Task.EMPTY, "m"));
      assertThat(refusal.reason()).isEqualTo(Reason.DIALECT_MISMATCH);
      assertThat(refusal.object().name()).isEqualTo("naming");
      plan(select(denying(naming, rest), Task.EMPTY, "other"));
    }
  }

  @Test
  void aCatchAllOfTheOtherDialectLeavesTheCallToPassThrough() {
    Policy policy =
        Policies.passing(
            List.of(provider("openai")), route("r", List.of(), rule("a", Route.Match.ANY, CLAUDE)));
    assertThat(plan(select(policy, Task.EMPTY, "m")).passThrough()).isTrue();
  }

  @Test
  void anUnclaimedCallIsDeniedWithWhatWasAskedAndWhatThereIs() {
    Policy policy = denying(route("r", List.of("m1", "m2"), rule("a", Route.Match.ANY, CHEAP)));
    Refusal refusal =
        refusal(select(policy, task(Map.of(TaskField.WORKFLOW, "triage")), "m".repeat(500)));
    assertThat(refusal.reason()).isEqualTo(Reason.NO_ROUTE);
    assertThat(refusal.object()).isEqualTo(Policies.PROFILE);
    assertThat(refusal.message())
        .contains("mmm", "OpenAI", "workflow=triage", "ModelRoute support/r (m1, m2)")
        .contains("spec.unmatched of SidecarProfile support/default")
        .hasSizeLessThan(600);
    assertThat(refusal(select(denying(), Task.EMPTY, "m")).message())
        .endsWith(
            "No ModelRoute governs this workload. Add a ModelRoute that claims this call. Calls"
                + " that no route claims are denied by spec.unmatched of SidecarProfile"
                + " support/default.");
  }

  @Test
  void passThroughTakesTheDialectsProviderAndTheModelAsItIs() {
    Policy policy = Policies.passing(List.of(provider("anthropic"), provider("openai")));
    Plan unknown = plan(select(policy, Task.EMPTY, "gpt-9"));
    assertThat(unknown.passThrough()).isTrue();
    assertThat(unknown.attempts().getFirst().provider().object()).isEqualTo(provider("openai"));
    assertThat(unknown.attempts().getFirst().model().config().id()).isEqualTo("gpt-9");
    assertThat(unknown.attempts().getFirst().model().price()).isNull();
    assertThat(plan(select(policy, Task.EMPTY, "cheap")).attempts().getFirst().model().price())
        .isNotNull();
    assertThat(models(plan(select(policy, Task.EMPTY, "cheap-id")))).containsExactly("cheap");
    assertThat(
            refusal(
                    RouteSelector.select(
                        Policies.passing(List.of(provider("openai"))),
                        Dialect.Anthropic,
                        Task.EMPTY,
                        "claude",
                        0))
                .reason())
        .isEqualTo(Reason.NO_ROUTE);
  }
}
