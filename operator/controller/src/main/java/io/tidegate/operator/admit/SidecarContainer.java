package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.tidegate.api.SidecarProfileSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The sidecar as a native one: an init container with restartPolicy Always (Kubernetes KEP-753). It
 * starts before and ends after everything else of the pod, so it needs no preStop: the application
 * still calls models while it shuts down.
 */
final class SidecarContainer {
  private static final long USER = 65532L;
  private static final long TOKEN_SECONDS = 3600L;

  /** What the sidecar itself waits for open calls unless told otherwise. */
  private static final long DEFAULT_DRAIN_SECONDS = 25;

  /** Between the end of draining and the kubelet's SIGKILL. */
  private static final long EXIT_SECONDS = 5;

  private final InjectionSettings settings;
  private final InjectionProfile profile;

  SidecarContainer(InjectionSettings settings, InjectionProfile profile) {
    this.settings = settings;
    this.profile = profile;
  }

  String image() {
    return profile.spec().image() == null ? settings.sidecarImage() : profile.spec().image();
  }

  /** Null leaves it to the API server, which goes by the image's tag. */
  private String pullPolicy() {
    SidecarProfileSpec.ImagePullPolicy own = profile.spec().imagePullPolicy();
    return own == null ? null : own.name();
  }

  /**
   * @param graceSeconds the pod's terminationGracePeriodSeconds; null: Kubernetes' 30
   */
  Container container(Long graceSeconds) {
    return new ContainerBuilder()
        .withName(InjectionNames.CONTAINER)
        .withImage(image())
        .withImagePullPolicy(pullPolicy())
        .withRestartPolicy("Always")
        .withEnv(env(graceSeconds))
        .addNewPort()
        .withName("tidegate-admin")
        .withContainerPort(profile.spec().adminPort())
        .withProtocol("TCP")
        .endPort()
        .withResources(profile.resources())
        .withSecurityContext(restricted())
        .withStartupProbe(ready().withPeriodSeconds(1).withFailureThreshold(120).build())
        .withReadinessProbe(readiness())
        .withVolumeMounts(mounts())
        .build();
  }

  private List<EnvVar> env(Long graceSeconds) {
    List<EnvVar> env = new ArrayList<>();
    env.add(SidecarVariable.TIDEGATE_NAMESPACE.variable());
    env.add(SidecarVariable.TIDEGATE_POD.variable());
    env.add(SidecarVariable.TIDEGATE_OPERATOR_URL.of(settings.operatorUrl()));
    env.add(SidecarVariable.TIDEGATE_CA_PEM.of(settings.caPem().get()));
    env.add(SidecarVariable.TIDEGATE_CA_FILE.variable());
    env.add(SidecarVariable.TIDEGATE_TOKEN_FILE.variable());
    env.add(SidecarVariable.TIDEGATE_STATE_DIR.variable());
    env.add(SidecarVariable.TIDEGATE_CREDENTIALS_DIR.variable());
    env.add(SidecarVariable.TIDEGATE_LISTEN.of("127.0.0.1:" + profile.spec().port()));
    env.add(SidecarVariable.TIDEGATE_ADMIN_LISTEN.of("0.0.0.0:" + profile.spec().adminPort()));
    if (graceSeconds != null && graceSeconds < DEFAULT_DRAIN_SECONDS + EXIT_SECONDS) {
      long drain = Math.max(1, graceSeconds - EXIT_SECONDS);
      env.add(SidecarVariable.TIDEGATE_DRAIN_SECONDS.of(Long.toString(drain)));
    }
    return env;
  }

  private ProbeBuilder ready() {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath("/readyz")
        .withNewPort(profile.spec().adminPort())
        .endHttpGet();
  }

  private Probe readiness() {
    return ready().withPeriodSeconds(5).withFailureThreshold(3).build();
  }

  /** Passes the Pod Security Standard "restricted" whatever the pod's own defaults are. */
  private static SecurityContext restricted() {
    return new SecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static List<VolumeMount> mounts() {
    return List.of(
        mount(InjectionNames.TOKEN_VOLUME, true),
        mount(InjectionNames.STATE_VOLUME, null),
        mount(InjectionNames.CREDENTIALS_VOLUME, null),
        mount(InjectionNames.CA_VOLUME, true));
  }

  private static VolumeMount mount(String name, Boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(name)
        .withMountPath(InjectionNames.MOUNT_PATHS.get(name))
        .withReadOnly(readOnly)
        .build();
  }

  /** In the order in which they stand at the end of the pod's volumes. */
  static List<Volume> volumes() {
    return List.of(
        new VolumeBuilder()
            .withName(InjectionNames.TOKEN_VOLUME)
            .withNewProjected()
            .addNewSource()
            .withNewServiceAccountToken(InjectionNames.TOKEN_AUDIENCE, TOKEN_SECONDS, "token")
            .endSource()
            .endProjected()
            .build(),
        new VolumeBuilder()
            .withName(InjectionNames.STATE_VOLUME)
            .withNewEmptyDir()
            .endEmptyDir()
            .build(),
        new VolumeBuilder()
            .withName(InjectionNames.CREDENTIALS_VOLUME)
            .withNewEmptyDir()
            .withMedium("Memory")
            .endEmptyDir()
            .build(),
        new VolumeBuilder()
            .withName(InjectionNames.CA_VOLUME)
            .withNewConfigMap()
            .withName(InjectionNames.CA_CONFIG_MAP)
            .withOptional(true)
            .endConfigMap()
            .build());
  }
}
