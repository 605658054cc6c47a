package io.tidegate.operator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.tidegate.operator.TestCluster;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodTrustTest {
  @Test
  void aPodAsTheOperatorInjectsItIsTrusted() {
    assertThat(PodTrust.judge(TestCluster.injected("team", "app")))
        .isEqualTo(new Trust.Trusted(TestCluster.IMAGE, TestCluster.URL, ""));
  }

  @Test
  void theApiServersDefaultTokenInTheSidecarIsNoHarm() {
    Pod pod = TestCluster.injected("team", "app");
    mount(sidecar(pod), "kube-api-access-x", "/var/run/secrets/kubernetes.io/serviceaccount");
    assertThat(PodTrust.judge(pod)).isInstanceOf(Trust.Trusted.class);
  }

  @Test
  void aTokenForAnotherAudienceInTheAppIsNoHarm() {
    Pod pod = TestCluster.injected("team", "app");
    pod.getSpec().getVolumes().add(token("vault-token", "vault"));
    mount(app(pod), "vault-token", "/vault");
    assertThat(PodTrust.judge(pod)).isInstanceOf(Trust.Trusted.class);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("changes")
  void aPodThatLetsOthersAtTheTokenIsNot(
      DistrustReason reason, String named, Consumer<Pod> change) {
    Pod pod = TestCluster.injected("team", "app");
    change.accept(pod);
    assertThat(PodTrust.judge(pod))
        .isInstanceOfSatisfying(
            Trust.Distrusted.class,
            distrusted -> {
              assertThat(distrusted.reason()).isEqualTo(reason);
              assertThat(distrusted.message()).contains(named).endsWith(reason.nextStep());
            });
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change(
            DistrustReason.NoSidecar,
            "no init container",
            pod -> pod.getSpec().getInitContainers().removeIf(c -> c.getName().equals("tidegate"))),
        change(
            DistrustReason.NoSidecar,
            "no init container",
            pod -> sidecar(pod).setRestartPolicy(null)),
        change(
            DistrustReason.SharedProcesses,
            "processes",
            pod -> pod.getSpec().setShareProcessNamespace(true)),
        change(DistrustReason.SharedProcesses, "processes", pod -> pod.getSpec().setHostPID(true)),
        change(
            DistrustReason.EphemeralContainer,
            "debugger",
            pod ->
                pod.getSpec()
                    .setEphemeralContainers(
                        List.of(new EphemeralContainerBuilder().withName("debugger").build()))),
        change(
            DistrustReason.TokenOutsideSidecar,
            "volume mine, mounted in app,",
            pod -> {
              pod.getSpec().getVolumes().add(token("mine", "tidegate-operator"));
              mount(app(pod), "mine", "/mine");
            }),
        change(
            DistrustReason.TokenOutsideSidecar,
            "volume mine holds",
            pod -> pod.getSpec().getVolumes().add(token("mine", "tidegate-operator"))),
        change(
            DistrustReason.TokenOutsideSidecar,
            "container app mounts volume tidegate-token",
            pod -> mount(app(pod), "tidegate-token", "/t")),
        change(
            DistrustReason.TokenOutsideSidecar,
            "container setup mounts volume tidegate-token",
            pod -> {
              Container setup = new ContainerBuilder().withName("setup").build();
              mount(setup, "tidegate-token", "/t");
              pod.getSpec().getInitContainers().add(setup);
            }),
        change(
            DistrustReason.SidecarVolumeShared,
            "container app mounts volume tidegate-credentials",
            pod -> mount(app(pod), "tidegate-credentials", "/c")),
        change(
            DistrustReason.SidecarAltered,
            "command",
            pod ->
                sidecar(pod)
                    .setCommand(List.of("sh", "-c", "cat /var/run/secrets/tidegate/token"))),
        change(
            DistrustReason.SidecarAltered,
            "JAVA_TOOL_OPTIONS",
            pod ->
                sidecar(pod).getEnv().add(new EnvVar("JAVA_TOOL_OPTIONS", "-javaagent:x", null))),
        change(
            DistrustReason.SidecarAltered,
            "envFrom",
            pod -> sidecar(pod).setEnvFrom(List.of(new EnvFromSourceBuilder().build()))),
        change(
            DistrustReason.SidecarAltered,
            "volume code mounted",
            pod -> mount(sidecar(pod), "code", "/app")),
        change(
            DistrustReason.OperatorRedirected,
            "tidegate-operator.tidegate-system.svc",
            pod ->
                pod.getSpec()
                    .setHostAliases(
                        List.of(
                            new HostAlias(
                                List.of("x", "tidegate-operator.tidegate-system.svc"),
                                "127.0.0.1")))),
        change(
            DistrustReason.SidecarAltered,
            "volume tidegate-credentials is not",
            pod ->
                pod.getSpec().getVolumes().stream()
                    .filter(v -> v.getName().equals("tidegate-credentials"))
                    .forEach(v -> v.getEmptyDir().setMedium(null))),
        change(
            DistrustReason.SidecarAltered,
            "volume tidegate-credentials is not",
            pod ->
                pod.getSpec().getVolumes().stream()
                    .filter(v -> v.getName().equals("tidegate-credentials"))
                    .forEach(
                        v -> {
                          v.setEmptyDir(null);
                          v.setHostPath(
                              new io.fabric8.kubernetes.api.model.HostPathVolumeSource(
                                  "/tmp", null));
                        })));
  }

  @Test
  void ofAVariableThatStandsTwiceTheLastCountsAsForTheKubelet() {
    Pod pod = TestCluster.injected("team", "app");
    sidecar(pod).getEnv().add(new EnvVar("TIDEGATE_OPERATOR_URL", "https://evil.test", null));
    assertThat(PodTrust.judge(pod))
        .isEqualTo(new Trust.Trusted(TestCluster.IMAGE, "https://evil.test", ""));
  }

  @Test
  void onlyCertificatesOfOursVouchForTheOperator() {
    String one = "-----BEGIN CERTIFICATE-----\nMII1\n-----END CERTIFICATE-----\n";
    String two = one.replace("MII1", "MII2");
    OwnAuthorities ours = new OwnAuthorities(one + two);
    assertThat(ours.only(one + two)).isTrue();
    assertThat(ours.only(two)).isTrue();
    assertThat(ours.only("")).isTrue();
    assertThat(ours.only(two + one.replace("MII1", "MII3"))).isFalse();
    assertThat(ours.only(two + one.replace("CERT", "TRUSTED CERT"))).isFalse();
  }

  @Test
  void theOwnRepositoryAndWhatTheInstallationTrustsAreOurImages() {
    SidecarImages images =
        SidecarImages.of("reg:5000/tidegate/sidecar:2", List.of("mirror/sidecar", "other/s:1"));
    assertThat(images.trusts("reg:5000/tidegate/sidecar:1")).isTrue();
    assertThat(images.trusts("reg:5000/tidegate/sidecar@sha256:00")).isTrue();
    assertThat(images.trusts("mirror/sidecar:9")).isTrue();
    assertThat(images.trusts("other/s:1")).isTrue();
    assertThat(images.trusts("other/s:2")).isFalse();
    assertThat(images.trusts("reg:5000/tidegate/evil:2")).isFalse();
    assertThat(images.trusts("evil/tidegate/sidecar:2")).isFalse();
    assertThat(images.and(List.of("team/s:3")).trusts("team/s:3")).isTrue();
  }

  @Test
  void aProfilesImageStandsForItsRepositoryUnlessADigestPinsIt() {
    SidecarImages images =
        SidecarImages.of(TestCluster.IMAGE, List.of())
            .and(List.of("team/s:3", "reg:5000/plain", "pinned/s:3@sha256:00", ""));
    assertThat(images.trusts("team/s:2")).isTrue();
    assertThat(images.trusts("team/s@sha256:00")).isTrue();
    assertThat(images.trusts("team/evil:3")).isFalse();
    assertThat(images.trusts("reg:5000/plain:1")).isTrue();
    assertThat(images.trusts("reg:5000/evil:1")).isFalse();
    assertThat(images.trusts("pinned/s:3@sha256:00")).isTrue();
    assertThat(images.trusts("pinned/s:3")).isFalse();
    assertThat(images.trusts("pinned/s@sha256:01")).isFalse();
    assertThat(images.trusts("")).isFalse();
    assertThat(images.trusts(":1")).isFalse();
  }

  private static Arguments change(DistrustReason reason, String named, Consumer<Pod> change) {
    return Arguments.of(reason, named, change);
  }

  private static Container sidecar(Pod pod) {
    return pod.getSpec().getInitContainers().getFirst();
  }

  private static Container app(Pod pod) {
    return pod.getSpec().getContainers().getFirst();
  }

  private static void mount(Container container, String volume, String path) {
    container
        .getVolumeMounts()
        .add(new VolumeMountBuilder().withName(volume).withMountPath(path).build());
  }

  private static Volume token(String name, String audience) {
    return new VolumeBuilder()
        .withName(name)
        .withNewProjected()
        .addNewSource()
        .withNewServiceAccountToken(audience, 3600L, "token")
        .endSource()
        .endProjected()
        .build();
  }
}
