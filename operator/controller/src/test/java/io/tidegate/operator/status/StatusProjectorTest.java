package io.tidegate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.Condition;
import io.tidegate.api.PromptVersionStatus;
import io.tidegate.operator.compile.Cluster;
import io.tidegate.operator.compile.PodView.Phase;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusProjectorTest {
  private static final Duration SHORT = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofSeconds(31);
  private static final ObjectRef ROUTE = new ObjectRef("ModelRoute", "team", "r");

  @Test
  void everyConditionStandsThereAndSpeaksOfTheGeneration() {
    Situation situation = new Situation(routed().pod("team", "one")).runs("one");
    assertThat(situation.status("ModelRoute", "r").conditions())
        .extracting(Condition::type)
        .containsExactly("Accepted", "ResolvedRefs", "Programmed", "Ready", "Stalled");
    assertThat(situation.status("ModelRoute", "r").conditions())
        .allSatisfy(condition -> assertThat(condition.observedGeneration()).isEqualTo(1));
    assertThat(situation.status("ModelRoute", "r").observedGeneration()).isEqualTo(1);
    assertThat(situation.status("ModelRoute", "r").programmed()).isEqualTo("1/1");
    assertThat(situation.said("ModelRoute", "r", "Ready")).isEqualTo("True/Ready");
    assertThat(situation.said("ModelRoute", "r", "Stalled")).isEqualTo("False/NotStalled");
  }

  @Test
  void withoutAnyWorkloadItIsProgrammed() {
    Situation situation = new Situation(routed());
    assertThat(situation.programmed("r")).isEqualTo("True/NoWorkloads");
    assertThat(situation.said("ModelRoute", "r", "Ready")).isEqualTo("True/NoWorkloads");
    assertThat(situation.status("ModelRoute", "r").programmed()).isEqualTo("0/0");
  }

  @Test
  void pendingTerminatingAndCompletedPodsDoNotCount() {
    Cluster cluster = routed();
    for (Phase phase : new Phase[] {Phase.Pending, Phase.Terminating, Phase.Completed}) {
      cluster.pod("team", "pod-" + phase, "app", Map.of(), phase);
    }
    Situation situation = new Situation(cluster).after(LONG);
    assertThat(situation.programmed("r")).isEqualTo("True/NoWorkloads");
  }

  @Test
  void nothingIsClaimedBeforeTheFirstSidecarSaidSo() {
    Situation situation = new Situation(routed().pod("team", "one"));
    assertThat(situation.programmed("r")).isEqualTo("Unknown/Reconciling");
    assertThat(situation.said("ModelRoute", "r", "Ready")).isEqualTo("Unknown/Reconciling");
    assertThat(situation.runs("one").programmed("r")).isEqualTo("True/Programmed");
  }

  @Test
  void moreThanThirtySecondsOfLagAreReportedWithThePod() {
    Situation situation = new Situation(routed().pod("team", "one")).after(LONG);
    Condition condition = situation.condition("ModelRoute", "r", "Programmed");
    assertThat(condition.status()).isEqualTo(Condition.Status.False);
    assertThat(condition.reason()).isEqualTo("Lagging");
    assertThat(condition.message())
        .contains("ModelRoute team/r", "pod team/one", "acknowledged no configuration", "kubectl");
    assertThat(situation.said("ModelRoute", "r", "Stalled")).isEqualTo("False/NotStalled");
  }

  @Test
  void aScaleUpDoesNotFlap() {
    Situation situation = new Situation(routed().pod("team", "one")).runs("one");
    assertThat(situation.programmed("r")).isEqualTo("True/Programmed");
    String since = situation.condition("ModelRoute", "r", "Programmed").lastTransitionTime();
    situation.after(LONG).change(routed().pod("team", "one").pod("team", "two")).after(SHORT);
    assertThat(situation.programmed("r")).isEqualTo("True/Programmed");
    assertThat(situation.status("ModelRoute", "r").programmed()).isEqualTo("1/2");
    situation.runs("two");
    assertThat(situation.status("ModelRoute", "r").programmed()).isEqualTo("2/2");
    assertThat(situation.programmed("r")).isEqualTo("True/Programmed");
    assertThat(since).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void aRefusalLandsOnTheObjectThatCausedItAndOnNoOther() {
    Situation situation = new Situation(routed().pod("team", "one")).runs("one").after(SHORT);
    assertThat(situation.said("ModelProvider", "p", "Programmed")).isEqualTo("True/Programmed");
    situation
        .change(routed("m, weight: 2").pod("team", "one"))
        .refuses("one", ROUTE, "spec.rules[all] is beyond me")
        .after(LONG);
    Condition refused = situation.condition("ModelRoute", "r", "Programmed");
    assertThat(refused.reason()).isEqualTo("Refused");
    assertThat(refused.message()).contains("pod team/one", "spec.rules[all] is beyond me");
    assertThat(situation.said("ModelRoute", "r", "Stalled")).isEqualTo("True/NeedsRepair");
    assertThat(situation.said("ModelProvider", "p", "Programmed")).isEqualTo("True/Programmed");
  }

  @Test
  void aChangeElsewhereDoesNotTouchWhatIsInForce() {
    Situation situation = new Situation(routed().pod("team", "one")).runs("one");
    assertThat(situation.programmed("r")).isEqualTo("True/Programmed");
    situation.change(budgeted(routed().pod("team", "one"))).after(LONG);
    assertThat(situation.programmed("r")).isEqualTo("True/Programmed");
    assertThat(situation.said("TenantBudget", "b", "Programmed")).isEqualTo("False/Lagging");
  }

  @Test
  void aChangeOfTheObjectWaitsForTheSidecarsAndTheTimeMovesWithTheStatusOnly() {
    Situation situation = new Situation(routed().pod("team", "one")).runs("one");
    assertThat(situation.condition("ModelRoute", "r", "Programmed").lastTransitionTime())
        .isEqualTo("2026-03-01T12:00:00Z");
    situation.after(SHORT).change(withStatus(situation, routed("m, weight: 2").pod("team", "one")));
    assertThat(situation.programmed("r")).isEqualTo("Unknown/Reconciling");
    situation.after(SHORT).runs("one");
    assertThat(situation.condition("ModelRoute", "r", "Programmed").lastTransitionTime())
        .isEqualTo("2026-03-01T12:00:40Z");
    assertThat(situation.after(LONG).condition("ModelRoute", "r", "Programmed"))
        .isEqualTo(situation.condition("ModelRoute", "r", "Programmed"));
  }

  @Test
  void whatIsHeldBackByWhatMayStillComeIsNotStalledAndSaysWhy() {
    Situation situation =
        new Situation(new Cluster().pod("team", "one").routeTo("team", "r", "gone")).runs("one");
    assertThat(situation.said("ModelRoute", "r", "Accepted")).isEqualTo("True/Accepted");
    assertThat(situation.said("ModelRoute", "r", "ResolvedRefs"))
        .isEqualTo("False/ProviderNotFound");
    assertThat(situation.programmed("r")).isEqualTo("False/HeldBack");
    assertThat(situation.said("ModelRoute", "r", "Ready")).isEqualTo("False/ProviderNotFound");
    assertThat(situation.said("ModelRoute", "r", "Stalled")).isEqualTo("False/NotStalled");
    assertThat(situation.condition("ModelRoute", "r", "Ready").message())
        .contains("ModelProvider gone", "Create the ModelProvider");
    assertThat(situation.status("ModelRoute", "r").programmed()).isEqualTo("0/1");
  }

  @Test
  void whatIsTooLargeForASidecarIsNotProgrammedAndWhatDidNotChangeIs() {
    Situation situation = new Situation(budgeted(twoPods(routed()))).runs("one").runs("two");
    situation.change(budgeted(twoPods(tooLarge())));
    assertThat(situation.said("ModelRoute", "r", "Ready")).isEqualTo("False/Withheld");
    assertThat(situation.condition("ModelRoute", "r", "Programmed").message())
        .startsWith(
            "ModelRoute team/r: pod team/one (and 1 more) does not get it, and it runs the"
                + " configuration before: all that governs one pod has");
    assertThat(situation.status("ModelRoute", "r").programmed()).isEqualTo("0/2");
    assertThat(situation.said("PromptVersion", "long-0", "Programmed")).isEqualTo("False/Withheld");
    assertThat(situation.status("TenantBudget", "b").programmed()).isEqualTo("2/2");
    situation.after(Expectations.MEMORY.dividedBy(2)).change(budgeted(twoPods(tooLarge())));
    situation.after(Expectations.MEMORY.dividedBy(2)).change(budgeted(twoPods(tooLarge())));
    assertThat(situation.status("TenantBudget", "b").programmed())
        .as("what still runs is not forgotten")
        .isEqualTo("2/2");
  }

  @Test
  void ofWhatIsTooLargeANewOperatorKnowsOnlyThatItIsWithheld() {
    Situation before = new Situation(budgeted(twoPods(routed()))).runs("one").runs("two");
    Situation situation = new Situation(budgeted(twoPods(tooLarge()))).heard(before);
    assertThat(situation.condition("TenantBudget", "b", "Programmed").message())
        .contains("and it runs what an operator before this one gave it");
    assertThat(situation.said("TenantBudget", "b", "Programmed")).isEqualTo("False/Withheld");
  }

  private static Cluster twoPods(Cluster cluster) {
    return cluster.pod("team", "one").pod("team", "two");
  }

  private static Cluster tooLarge() {
    return new Cluster().provider("team", "p").tooLarge("team", "p", "");
  }

  @Test
  void whatOnlyAnEditOfTheObjectCanMendIsStalled() {
    Situation situation =
        new Situation(
            new Cluster()
                .pod("team", "one")
                .budget("team", "b", "{limits: [{name: day, usd: '1', window: Aeon}]}"));
    assertThat(situation.said("TenantBudget", "b", "Accepted"))
        .isEqualTo("False/SpecNotUnderstood");
    assertThat(situation.said("TenantBudget", "b", "Stalled")).isEqualTo("True/NeedsRepair");
    assertThat(situation.condition("TenantBudget", "b", "Stalled").message())
        .contains("TenantBudget team/b", "spec.limits[0].window", "Upgrade the operator");
  }

  @Test
  void theLoserOfAConflictIsAcceptedAndNamesTheWinner() {
    Situation situation = new Situation(routed().routeTo("team", "z", "p"));
    assertThat(situation.said("ModelRoute", "z", "Accepted")).isEqualTo("True/Overridden");
    assertThat(situation.said("ModelRoute", "z", "Ready")).isEqualTo("True/Overridden");
    assertThat(situation.condition("ModelRoute", "z", "Ready").message())
        .contains("ModelRoute team/r");
  }

  /** A table shows one reason: it said Ready of a budget that refuses every call. */
  @Test
  void whatIsWorthKnowingIsTheReasonOfReadyToo() {
    Situation situation =
        new Situation(
                budgeted(
                    new Cluster()
                        .providerSpec(
                            "team",
                            "p",
                            "{type: OpenAICompatible, endpoint: 'https://p.example', models:"
                                + " [{name: m, maxOutputTokens: 9}]}")
                        .routeTo("team", "r", "p")
                        .pod("team", "one")))
            .runs("one");
    for (String[] object : new String[][] {{"TenantBudget", "b"}, {"ModelRoute", "r"}}) {
      assertThat(situation.said(object[0], object[1], "Ready")).isEqualTo("True/ModelWithoutPrice");
      assertThat(situation.condition(object[0], object[1], "Ready").message())
          .contains("spec.models[].price");
    }
  }

  /** A provider whose Secret is gone looked well in every column. */
  @Test
  void aMissingSecretIsTheReasonOfReadyToo() {
    Situation situation =
        new Situation(
                new Cluster()
                    .grant("team")
                    .provider("team", "p", ", credentials: {apiKey: {secretRef: {name: gone}}}")
                    .routeTo("team", "r", "p")
                    .pod("team", "one"))
            .runs("one");
    assertThat(situation.said("ModelProvider", "p", "Ready")).isEqualTo("False/SecretNotFound");
    assertThat(situation.said("ModelRoute", "r", "Ready")).isEqualTo("True/ProviderWithoutKey");
    assertThat(situation.condition("ModelRoute", "r", "Ready").message())
        .contains("ModelProvider team/p", "key is missing", "ResolvedRefs");
  }

  @Test
  void aPromptVersionsDigestDependsOnItsSpecOnly() {
    String text = "messages: [{role: system, content: hi}]";
    Situation one = new Situation(new Cluster().prompt("a", "v", text));
    Situation same = new Situation(new Cluster().prompt("b", "w", text + ", variables: []"));
    Situation other = new Situation(new Cluster().prompt("a", "v", text.replace("hi", "ho")));
    assertThat(digest(one, "v")).startsWith("sha256:").hasSize(71).isEqualTo(digest(same, "w"));
    assertThat(digest(other, "v")).isNotEqualTo(digest(one, "v"));
  }

  private static String digest(Situation situation, String name) {
    return ((PromptVersionStatus) situation.status("PromptVersion", name)).digest();
  }

  /** The API server keeps the status when the spec changes. */
  private static Cluster withStatus(Situation before, Cluster after) {
    after
        .view()
        .routes()
        .getFirst()
        .setStatus((io.tidegate.api.ObjectStatus) before.status("ModelRoute", "r"));
    return after;
  }

  static Cluster routed() {
    return routed("m");
  }

  static Cluster routed(String model) {
    return new Cluster()
        .provider("team", "p")
        .route(
            "team", "r", "{rules: [{name: all, targets: [{provider: p, model: " + model + "}]}]}");
  }

  static Cluster budgeted(Cluster cluster) {
    return cluster.budget(
        "team",
        "b",
        "{limits: [{name: day, usd: '1.50', window: Day}, {name: n, concurrentRequests: 5}]}");
  }
}
