package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.SidecarProfileSpec;
import io.tidegate.operator.admit.Caution;
import io.tidegate.operator.admit.InjectionProfile;
import io.tidegate.operator.admit.InjectionSettings;
import io.tidegate.operator.admit.PodMutator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CachedProfilesTest {
  private final CachedProfiles none = new CachedProfiles("tidegate-system", List::of);

  @Test
  void whoAsksForNothingGetsTheBuiltInDefaults() {
    assertThat(none.profileOf("team", Map.of(), Map::of)).isEqualTo(InjectionProfile.builtIn());
  }

  @Test
  void whoAsksForAProfileThatIsNotThereIsTold() {
    InjectionProfile profile =
        none.profileOf("team", Map.of("tidegate.io/profile", "strict"), Map::of);
    assertThat(profile.missing()).isEqualTo("strict");
    PodMutator.Mutation mutation = injected(profile);
    assertThat(mutation.report().cautions())
        .anySatisfy(note -> assertThat(note.caution()).isEqualTo(Caution.ProfileNotFound));
    assertThat(mutation.report().warnings().getFirst())
        .contains("tidegate.io/profile=strict", "refuses every call");
  }

  @Test
  void whoseProfileIsNotUnderstoodIsToldWhichField() {
    SidecarProfile odd =
        Serialization.unmarshal(
            "metadata: {name: default, namespace: team}\nspec: {injectEnv: Sometimes}",
            SidecarProfile.class);
    InjectionProfile profile =
        new CachedProfiles("tidegate-system", () -> List.of(odd))
            .profileOf("team", Map.of(), Map::of);
    assertThat(profile.spec()).isEqualTo(SidecarProfileSpec.builtIn());
    assertThat(injected(profile).report().warnings().getFirst())
        .contains("SidecarProfile team/default, spec.injectEnv", "refuses every call");
  }

  private static PodMutator.Mutation injected(InjectionProfile profile) {
    return new PodMutator(
            new InjectionSettings(
                TestCluster.OPERATOR, TestCluster.URL, TestCluster.IMAGE, () -> ""))
        .mutate(TestCluster.injected("team", "app"), profile);
  }
}
