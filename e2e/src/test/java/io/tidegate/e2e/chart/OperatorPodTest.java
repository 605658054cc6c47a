package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.tidegate.operator.OperatorSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorPodTest {
  private static DeploymentSpec deployment(Map<String, ?> values) {
    return Chart.OPERATOR.render(values).one(Deployment.class, "tidegate-operator").getSpec();
  }

  private static PodSpec pod(Map<String, ?> values) {
    return deployment(values).getTemplate().getSpec();
  }

  private static Container container(Map<String, ?> values) {
    assertThat(pod(values).getContainers()).hasSize(1);
    return pod(values).getContainers().getFirst();
  }

  @Test
  void itPassesThePodSecurityStandardRestricted() {
    assertThat(RestrictedStandard.violations(pod(Map.of()))).isEmpty();
  }

  @Test
  void itRunsAsTheImagesUserAndWritesOnlyToTmp() {
    PodSpec pod = pod(Map.of());
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65532);
    assertThat(container(Map.of()).getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container(Map.of()).getVolumeMounts())
        .extracting(mount -> mount.getName() + " " + mount.getMountPath())
        .containsExactly("tmp /tmp");
    assertThat(pod.getVolumes()).hasSize(1);
    assertThat(pod.getVolumes().getFirst().getEmptyDir().getSizeLimit())
        .isEqualTo(new Quantity("64Mi"));
  }

  @Test
  void oneReplicaMoreComesBeforeOneGoes() {
    DeploymentSpec spec = deployment(Map.of());
    assertThat(spec.getReplicas()).isEqualTo(2);
    assertThat(spec.getStrategy().getRollingUpdate().getMaxUnavailable().getIntVal()).isZero();
    assertThat(spec.getStrategy().getRollingUpdate().getMaxSurge().getIntVal()).isEqualTo(1);
  }

  @Test
  void theOperatorTakesItsDefaultsFromTheChart() {
    assertThat(settings(Map.of()))
        .isEqualTo(
            OperatorSettings.of(
                Map.of("TIDEGATE_NAMESPACE", "tidegate-system", "TIDEGATE_REPLICA", "pod-1")));
  }

  @Test
  void theOperatorUnderstandsEverySetting() {
    OperatorSettings settings =
        settings(
            Map.of(
                "sidecar",
                    Map.of(
                        "image", Map.of("repository", "mirror/sidecar", "tag", "7"),
                        "trustedImages", List.of("old/sidecar", "older/sidecar:1")),
                "credentials", Map.of("namespaces", List.of("keys", "tidegate-system")),
                "timing",
                    Map.of(
                        "tokenReviewConcurrency", 7,
                        "debounceQuietMillis", 5,
                        "debounceMostMillis", 6,
                        "pingIntervalMillis", 1000,
                        "streamAgeMillis", 2000,
                        "statusIntervalMillis", 100,
                        "leaseDurationMillis", 3000)));
    assertThat(settings)
        .isEqualTo(
            OperatorSettings.of(
                Map.ofEntries(
                    Map.entry("TIDEGATE_NAMESPACE", "tidegate-system"),
                    Map.entry("TIDEGATE_REPLICA", "pod-1"),
                    Map.entry("TIDEGATE_SIDECAR_IMAGE", "mirror/sidecar:7"),
                    Map.entry("TIDEGATE_TRUSTED_SIDECAR_IMAGES", "old/sidecar,older/sidecar:1"),
                    Map.entry("TIDEGATE_SECRET_NAMESPACES", "tidegate-system,keys"),
                    Map.entry("TIDEGATE_TOKEN_REVIEW_CONCURRENCY", "7"),
                    Map.entry("TIDEGATE_DEBOUNCE_QUIET_MILLIS", "5"),
                    Map.entry("TIDEGATE_DEBOUNCE_MOST_MILLIS", "6"),
                    Map.entry("TIDEGATE_PING_INTERVAL_MILLIS", "1000"),
                    Map.entry("TIDEGATE_STREAM_AGE_MILLIS", "2000"),
                    Map.entry("TIDEGATE_STATUS_INTERVAL_MILLIS", "100"),
                    Map.entry("TIDEGATE_LEASE_DURATION_MILLIS", "3000"))));
    assertThat(settings.streamAge()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void withCertManagerItReadsItsSecretAndLeavesTheWebhookAlone() {
    OperatorSettings settings = settings(Map.of("certificates", Map.of("issuer", "CertManager")));
    assertThat(settings.certificateSecret()).isEqualTo("tidegate-operator-certificate");
    assertThat(settings.webhookConfiguration()).isEmpty();
  }

  /** What the operator makes of the container's environment. */
  private static OperatorSettings settings(Map<String, ?> values) {
    Map<String, String> environment = new HashMap<>();
    for (EnvVar variable : container(values).getEnv()) {
      environment.put(variable.getName(), value(variable));
    }
    return OperatorSettings.of(environment);
  }

  private static String value(EnvVar variable) {
    if (variable.getValueFrom() == null) {
      return variable.getValue();
    }
    return switch (variable.getValueFrom().getFieldRef().getFieldPath()) {
      case "metadata.namespace" -> "tidegate-system";
      case "metadata.name" -> "pod-1";
      case String other -> throw new AssertionError(other);
    };
  }

  @Test
  void itsPortsAreWhereTheSettingsListen() {
    OperatorSettings settings = settings(Map.of());
    assertThat(container(Map.of()).getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("tls " + settings.tlsPort(), "admin " + settings.adminPort());
    assertThat(settings.operatorUrl())
        .isEqualTo("https://tidegate-operator.tidegate-system.svc:8443");
  }

  @Test
  void itIsReadyByReadyzAndAliveByHealthz() {
    Container operator = container(Map.of());
    assertThat(operator.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    assertThat(operator.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(operator.getStartupProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(operator.getReadinessProbe().getHttpGet().getPort().getStrVal()).isEqualTo("admin");
  }

  @Test
  void aDigestWinsOverATag() {
    String digest = "sha256:" + "0".repeat(64);
    Map<String, String> image =
        Map.of("repository", "r.test:5000/op", "tag", "9", "digest", digest);
    assertThat(container(Map.of()).getImage()).isEqualTo("tidegate/operator:0.1.0");
    assertThat(container(Map.of("image", image)).getImage()).isEqualTo("r.test:5000/op@" + digest);
    assertThat(container(Map.of("image", Map.of("tag", "9"))).getImage())
        .isEqualTo("tidegate/operator:9");
  }

  @Test
  void noCpuLimitIsAnAbsentOne() {
    assertThat(container(Map.of()).getResources().getLimits()).containsOnlyKeys("memory");
    Map<String, ?> limited = Map.of("resources", Map.of("limits", Map.of("cpu", "2")));
    assertThat(container(limited).getResources().getLimits())
        .containsEntry("cpu", new Quantity("2"));
  }
}
