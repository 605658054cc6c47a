package io.tidegate.operator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.operator.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sidecar is only what the operator injects, variable for variable. */
class SidecarShapeTest {
  @Test
  void whatTheApiServerAddsToTheSidecarIsNoHarm() {
    Pod pod = TestCluster.injected("team", "app");
    sidecar(pod).setTerminationMessagePath("/dev/termination-log");
    assertThat(PodTrust.judge(pod)).isInstanceOf(Trust.Trusted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TIDEGATE_CONFIG_FILE=/var/lib/tidegate/mine.json",
        "TIDEGATE_HOSTS_FILE=/var/lib/tidegate/hosts",
        "TIDEGATE_NAMESPACE=other",
        "TIDEGATE_POD=other",
        "TIDEGATE_CA_FILE=/var/lib/tidegate/mine.crt",
        "TIDEGATE_TOKEN_FILE=/var/run/secrets/kubernetes.io/serviceaccount/token",
        "TIDEGATE_STATE_DIR=/tmp",
        "TIDEGATE_CREDENTIALS_DIR=/var/lib/tidegate",
        "TIDEGATE_LISTEN=0.0.0.0:4100",
        "TIDEGATE_LISTEN=127.0.0.1:4100,0.0.0.0:4102",
        "TIDEGATE_ADMIN_LISTEN=0.0.0.0:x",
        "TIDEGATE_DRAIN_SECONDS=-1"
      })
  void aVariableThatTheOperatorDoesNotWriteSoIsAnAlteration(String assignment) {
    String[] parts = assignment.split("=", 2);
    Pod pod = TestCluster.injected("team", "app");
    sidecar(pod).getEnv().add(new EnvVar(parts[0], parts[1], null));
    assertAltered(pod, parts[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TIDEGATE_CA_PEM", "TIDEGATE_OPERATOR_URL", "TIDEGATE_LISTEN"})
  void aVariableThatAConfigMapFillsIsAnAlteration(String name) {
    Pod pod = TestCluster.injected("team", "app");
    sidecar(pod).getEnv().removeIf(e -> e.getName().equals(name));
    EnvVar elsewhere =
        new EnvVarBuilder()
            .withName(name)
            .withNewValueFrom()
            .withNewConfigMapKeyRef("key", "mine", false)
            .endValueFrom()
            .build();
    sidecar(pod).getEnv().add(elsewhere);
    assertAltered(pod, name);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 20, 600})
  void theShorterDrainOfAShorterGraceIsTheOperatorsOwnWord(long graceSeconds) {
    assertThat(PodTrust.judge(TestCluster.injected("team", "app", graceSeconds)))
        .isInstanceOf(Trust.Trusted.class);
  }

  private static void assertAltered(Pod pod, String named) {
    assertThat(PodTrust.judge(pod))
        .isInstanceOfSatisfying(
            Trust.Distrusted.class,
            distrusted -> {
              assertThat(distrusted.reason()).isEqualTo(DistrustReason.SidecarAltered);
              assertThat(distrusted.message()).contains(named);
            });
  }

  private static Container sidecar(Pod pod) {
    return pod.getSpec().getInitContainers().getFirst();
  }
}
