package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import org.junit.jupiter.api.Test;

/** Pod Security Standard "restricted", field by field (kubernetes.io, Pod Security Standards). */
class RestrictedPodSecurityTest {
  private final Container sidecar =
      new SidecarContainer(TestSettings.SETTINGS, InjectionProfile.builtIn()).container(null);

  @Test
  void theSidecarPassesRestrictedWhateverThePodSays() {
    SecurityContext context = sidecar.getSecurityContext();
    assertThat(context.getRunAsNonRoot()).isTrue();
    assertThat(context.getRunAsUser()).isEqualTo(65532L);
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getPrivileged()).isNull();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(context.getCapabilities().getAdd()).isEmpty();
    assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(context.getProcMount()).isNull();
    assertThat(sidecar.getPorts()).allMatch(p -> p.getHostPort() == null);
  }

  @Test
  void itsVolumesAreOfRestrictedTypes() {
    assertThat(SidecarContainer.volumes())
        .allMatch(RestrictedPodSecurityTest::restricted)
        .hasSize(4);
  }

  @Test
  void itOutlivesTheApplicationsShutdown() {
    assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
    assertThat(sidecar.getLifecycle()).as("no preStop").isNull();
  }

  private static boolean restricted(Volume volume) {
    return volume.getProjected() != null
        || volume.getEmptyDir() != null
        || volume.getConfigMap() != null;
  }
}
