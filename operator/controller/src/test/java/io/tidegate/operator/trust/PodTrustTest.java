package io.tidegate.operator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfigBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
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
            DistrustReason.OperatorRedirected,
            "spec.dnsPolicy None",
            pod -> pod.getSpec().setDnsPolicy("None")),
        change(
            DistrustReason.OperatorRedirected,
            "spec.dnsConfig.nameservers",
            pod -> pod.getSpec().setDnsConfig(dns().addToNameservers("192.0.2.1").build())),
        change(
            DistrustReason.OperatorRedirected,
            "spec.dnsConfig.searches",
            pod -> pod.getSpec().setDnsConfig(dns().addToSearches("evil.test").build())),
        change(
            DistrustReason.OperatorRedirected,
            "spec.hostnameOverride",
            pod -> pod.getSpec().setHostnameOverride("tidegate-operator.tidegate-system.svc")),
        change(
            DistrustReason.SidecarAltered,
            "volume tidegate-credentials is not",
            pod ->
                pod.getSpec().getVolumes().stream()
                    .filter(v -> v.getName().equals("tidegate-credentials"))
                    .forEach(v -> v.getEmptyDir().setMedium(null))),
        change(
            DistrustReason.SidecarAltered,
            "volume tidegate-token is not",
            pod ->
                pod.getSpec().getVolumes().stream()
                    .filter(v -> v.getName().equals("tidegate-token"))
                    .forEach(
                        v ->
                            v.getProjected()
                                .getSources()
                                .add(
                                    new VolumeProjectionBuilder()
                                        .withNewConfigMap()
                                        .withName("mine")
                                        .endConfigMap()
                                        .build()))),
        change(
            DistrustReason.SidecarAltered,
            "volume tidegate-token mounted",
            pod -> mount(sidecar(pod), "tidegate-token", "/etc/tidegate/ca")),
        change(
            DistrustReason.SidecarAltered,
            "volume tidegate-state mounted",
            pod ->
                sidecar(pod).getVolumeMounts().stream()
                    .filter(m -> m.getName().equals("tidegate-state"))
                    .forEach(m -> m.setSubPath("mine"))),
        change(
            DistrustReason.SidecarAltered,
            "working directory",
            pod -> sidecar(pod).setWorkingDir("/mine")),
        change(
            DistrustReason.SidecarAltered,
            "terminationMessagePath",
            pod -> sidecar(pod).setTerminationMessagePath("/var/run/tidegate/credentials/x")),
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
  void aPodThatOnlyTunesItsResolverIsTrusted() {
    for (String policy : new String[] {"ClusterFirst", "ClusterFirstWithHostNet", "Default"}) {
      Pod pod = TestCluster.injected("team", "app");
      pod.getSpec().setDnsPolicy(policy);
      pod.getSpec().setDnsConfig(dns().addNewOption("ndots", "1").build());
      pod.getSpec().setHostnameOverride("app.example.com");
      assertThat(PodTrust.judge(pod)).as(policy).isInstanceOf(Trust.Trusted.class);
    }
  }

  private static PodDNSConfigBuilder dns() {
    return new PodDNSConfigBuilder();
  }

  @Test
  void ofAVariableThatStandsTwiceTheLastCountsAsForTheKubelet() {
    Pod pod = TestCluster.injected("team", "app");
    sidecar(pod).getEnv().add(new EnvVar("TIDEGATE_OPERATOR_URL", "https://evil.test", null));
    assertThat(PodTrust.judge(pod))
        .isEqualTo(new Trust.Trusted(TestCluster.IMAGE, "https://evil.test", ""));
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
