package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import io.tidegate.api.SidecarProfileSpec;
import io.tidegate.api.SidecarProfileSpec.InjectEnv;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

class PodMutatorPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> SET_BY_US =
      Set.of(
          "OPENAI_BASE_URL",
          "OPENAI_API_BASE",
          "ANTHROPIC_BASE_URL",
          "ANTHROPIC_API_URL",
          "OPENAI_API_KEY",
          "ANTHROPIC_API_KEY");

  private final PodMutator mutator = new PodMutator(TestSettings.SETTINGS);

  @Provide
  Arbitrary<Pod> pods() {
    return RandomPods.pods();
  }

  @Provide
  Arbitrary<InjectionProfile> profiles() {
    return Arbitraries.of(InjectEnv.IfAbsent, InjectEnv.Override)
        .map(
            env ->
                new InjectionProfile(
                    "support/default",
                    new SidecarProfileSpec(null, null, null, env, null, null, null, null, null),
                    null,
                    null));
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
  void mutatingAMutatedPodChangesNothing(
      @ForAll("pods") Pod pod, @ForAll("profiles") InjectionProfile profile) {
    Pod once = mutator.mutate(pod, profile).pod();
    Pod twice = mutator.mutate(once, profile).pod();
    assertThat(tree(twice)).isEqualTo(tree(once));
  }

  @Property(tries = 2_000, shrinking = ShrinkingMode.BOUNDED)
  void whatIsNotOursKeepsItsValueAndOrder(
      @ForAll("pods") Pod pod, @ForAll("profiles") InjectionProfile profile) {
    JsonNode before = tree(pod);
    Pod mutated = mutator.mutate(pod, profile).pod();
    assertThat(tree(pod)).as("the argument").isEqualTo(before);
    Set<String> overridable =
        profile.spec().injectEnv() == InjectEnv.Override ? SET_BY_US : Set.of();
    assertThat(foreignParts(mutated, pod, overridable))
        .isEqualTo(foreignParts(pod, pod, overridable));
  }

  @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
  void theSidecarIsTheFirstOfOneAndTheVolumesAreOurs(
      @ForAll("pods") Pod pod, @ForAll("profiles") InjectionProfile profile) {
    Pod mutated = mutator.mutate(pod, profile).pod();
    List<String> inits =
        mutated.getSpec().getInitContainers().stream().map(Container::getName).toList();
    assertThat(inits.getFirst()).isEqualTo(InjectionNames.CONTAINER);
    assertThat(inits).containsOnlyOnce(InjectionNames.CONTAINER);
    assertThat(mutated.getSpec().getInitContainers().getFirst().getImage())
        .isEqualTo("tidegate/sidecar:test");
    assertThat(mutated.getSpec().getVolumes())
        .endsWith(SidecarContainer.volumes().toArray(Volume[]::new));
    assertThat(mutated.getSpec().getVolumes())
        .filteredOn(v -> InjectionNames.VOLUMES.contains(v.getName()))
        .hasSize(InjectionNames.VOLUMES.size());
  }

  @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
  void everyContainerIsGovernedOrReported(
      @ForAll("pods") Pod pod, @ForAll("profiles") InjectionProfile profile) {
    PodMutator.Mutation mutation = mutator.mutate(pod, profile);
    Set<String> reported = new HashSet<>();
    mutation.report().bypassed().forEach(b -> reported.add(b.container()));
    ReservedNames.foreignContainers(mutation.pod().getSpec())
        .filter(c -> !reported.contains(c.getName()))
        .forEach(
            c ->
                assertThat(effective(c, "OPENAI_BASE_URL"))
                    .startsWith("http://")
                    .containsAnyOf("127.0.0.1:4100", "localhost:4100"));
  }

  @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
  void thePatchMakesTheMutatedPodOfTheOriginal(
      @ForAll("pods") Pod pod, @ForAll("profiles") InjectionProfile profile) {
    JsonNode after = tree(mutator.mutate(pod, profile).pod());
    assertThat(JsonPatch.apply(PodPatch.between(tree(pod), after), tree(pod))).isEqualTo(after);
  }

  /** The pod without all that carries one of our names and was not in the original. */
  private static JsonNode foreignParts(Pod pod, Pod original, Set<String> overridable) {
    Pod rest = Serialization.clone(pod);
    rest.getSpec().getInitContainers().removeIf(c -> InjectionNames.CONTAINER.equals(c.getName()));
    rest.getSpec().getVolumes().removeIf(v -> InjectionNames.VOLUMES.contains(v.getName()));
    ReservedNames.foreignContainers(rest.getSpec())
        .forEach(c -> c.getEnv().removeIf(v -> added(v, c, original, overridable)));
    if (rest.getMetadata().getLabels() != null) {
      rest.getMetadata().getLabels().remove(InjectionNames.INJECTED_LABEL);
    }
    if (rest.getMetadata().getAnnotations() != null) {
      rest.getMetadata().getAnnotations().remove(InjectionNames.REPORT_ANNOTATION);
    }
    return tree(rest);
  }

  private static boolean added(
      EnvVar variable, Container container, Pod original, Set<String> overridable) {
    if (overridable.contains(variable.getName())) {
      return true;
    }
    boolean was =
        ReservedNames.foreignContainers(original.getSpec())
            .filter(c -> c.getName().equals(container.getName()))
            .flatMap(c -> c.getEnv().stream())
            .anyMatch(v -> v.getName().equals(variable.getName()));
    return SET_BY_US.contains(variable.getName()) && !was;
  }

  private static String effective(Container container, String name) {
    return container.getEnv().reversed().stream()
        .filter(v -> v.getName().equals(name))
        .findFirst()
        .map(EnvVar::getValue)
        .orElse(null);
  }

  private static JsonNode tree(Pod pod) {
    return JSON.valueToTree(pod);
  }
}
