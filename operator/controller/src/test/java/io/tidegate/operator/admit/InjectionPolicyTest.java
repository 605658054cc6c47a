package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InjectionPolicyTest {
  private static final String LABEL = InjectionNames.INJECT_LABEL;

  @Test
  void noWordAtAllIsNoOptIn() {
    assertThat(decide("support", Map.of(), pod(Map.of()))).isEqualTo(skip(SkipReason.NotOptedIn));
  }

  @Test
  void thePodsWordWinsOverItsNamespaces() {
    assertThat(decide("support", Map.of(LABEL, "enabled"), pod(Map.of(LABEL, "disabled"))))
        .isEqualTo(skip(SkipReason.Disabled));
    assertThat(decide("support", Map.of(LABEL, "disabled"), pod(Map.of(LABEL, "enabled"))))
        .isInstanceOf(InjectionDecision.Inject.class);
  }

  @Test
  void theOperatorsOwnNamespaceIsNeverInjected() {
    assertThat(decide("tidegate-system", Map.of(LABEL, "enabled"), pod(Map.of())))
        .isEqualTo(skip(SkipReason.OperatorNamespace));
  }

  @Test
  void aMirrorPodIsLeftAlone() {
    Pod mirror =
        new PodBuilder(pod(Map.of()))
            .editMetadata()
            .addToAnnotations("kubernetes.io/config.mirror", "h")
            .endMetadata()
            .build();
    assertThat(decide("support", Map.of(LABEL, "enabled"), mirror))
        .isEqualTo(skip(SkipReason.MirrorPod));
  }

  @Test
  void anInjectedPodIsInjectedAgainSoThatAReinvocationCanRepairIt() {
    Pod once =
        new PodMutator(TestSettings.SETTINGS)
            .mutate(pod(Map.of()), InjectionProfile.builtIn())
            .pod();
    assertThat(decide("support", Map.of(LABEL, "enabled"), once))
        .isInstanceOf(InjectionDecision.Inject.class);
  }

  @Test
  void anUnknownWordIsRepeatedToWhoeverWroteIt() {
    assertThat(decided("support", Map.of(LABEL, "true"), pod(Map.of())))
        .isInstanceOfSatisfying(
            InjectionDecision.Skip.class,
            skip ->
                assertThat(skip.sentence())
                    .isEqualTo(
                        "the label tidegate.io/inject has the value 'true', which is neither"
                            + " enabled nor disabled; correct it"));
  }

  /** Labels as a cache has them, and as the API server has them by now. */
  private record Lagging(Map<String, String> cached, Map<String, String> newest, List<String> asked)
      implements NamespaceLookup {
    @Override
    public Map<String, String> labelsOf(String namespace) {
      return cached;
    }

    @Override
    public Map<String, String> newestLabelsOf(String namespace) {
      asked.add(namespace);
      return newest;
    }
  }

  @Test
  void aNamespaceThatHasJustOptedInIsAskedForPastTheCache() {
    for (Map<String, String> cached :
        List.<Map<String, String>>of(
            Map.of(), Map.of(LABEL, "disabled"), Map.of(LABEL, "Enabled"))) {
      Map<String, String> newest = Map.of(LABEL, "enabled", InjectionNames.PROFILE_LABEL, "strict");
      Lagging lagging = new Lagging(cached, newest, new ArrayList<>());
      InjectionDecision decided =
          new InjectionPolicy(
                  TestSettings.SETTINGS,
                  lagging,
                  (ns, labels, namespaceLabels) ->
                      InjectionProfile.missing(
                          namespaceLabels.get().get(InjectionNames.PROFILE_LABEL)))
              .decide("support", pod(Map.of()));
      assertThat(decided)
          .isInstanceOfSatisfying(
              InjectionDecision.Inject.class,
              inject -> assertThat(inject.profile().missing()).isEqualTo("strict"));
      assertThat(lagging.asked()).containsExactly("support");
    }
  }

  @Test
  void nobodyIsAskedWhereTheCacheOrThePodDecides() {
    Map<String, String> enabled = Map.of(LABEL, "enabled");
    Lagging lagging = new Lagging(enabled, Map.of(), new ArrayList<>());
    InjectionPolicy policy =
        new InjectionPolicy(
            TestSettings.SETTINGS, lagging, (ns, labels, _) -> InjectionProfile.builtIn());
    assertThat(policy.decide("support", pod(Map.of())))
        .isInstanceOf(InjectionDecision.Inject.class);
    assertThat(policy.decide("tidegate-system", pod(Map.of())))
        .isInstanceOf(InjectionDecision.Skip.class);
    assertThat(policy.decide("support", pod(Map.of(LABEL, "disabled"))))
        .isInstanceOf(InjectionDecision.Skip.class);
    assertThat(lagging.asked()).isEmpty();
  }

  /** Of a skip the reason alone. */
  private static InjectionDecision decide(
      String namespace, Map<String, String> namespaceLabels, Pod pod) {
    InjectionDecision decided = decided(namespace, namespaceLabels, pod);
    return decided instanceof InjectionDecision.Skip skip ? skip(skip.reason()) : decided;
  }

  private static InjectionDecision decided(
      String namespace, Map<String, String> namespaceLabels, Pod pod) {
    return new InjectionPolicy(
            TestSettings.SETTINGS,
            any -> namespaceLabels,
            (ns, labels, _) -> InjectionProfile.builtIn())
        .decide(namespace, pod);
  }

  private static InjectionDecision skip(SkipReason reason) {
    return new InjectionDecision.Skip(reason, null);
  }

  private static Pod pod(Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("web")
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .endContainer()
        .endSpec()
        .build();
  }
}
