package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
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
  static final String TOKEN_DIR = "/var/run/secrets/tidegate";
  static final String STATE_DIR = "/var/lib/tidegate";
  static final String CREDENTIALS_DIR = "/var/run/tidegate/credentials";
  static final String CA_DIR = "/etc/tidegate/ca";

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
    env.add(fromField("TIDEGATE_NAMESPACE", "metadata.namespace"));
    env.add(fromField("TIDEGATE_POD", "metadata.name"));
    env.add(new EnvVar("TIDEGATE_OPERATOR_URL", settings.operatorUrl(), null));
    env.add(new EnvVar("TIDEGATE_CA_PEM", settings.caPem().get(), null));
    env.add(new EnvVar("TIDEGATE_CA_FILE", CA_DIR + "/" + InjectionNames.CA_KEY, null));
    env.add(new EnvVar("TIDEGATE_TOKEN_FILE", TOKEN_DIR + "/token", null));
    env.add(new EnvVar("TIDEGATE_STATE_DIR", STATE_DIR, null));
    env.add(new EnvVar("TIDEGATE_CREDENTIALS_DIR", CREDENTIALS_DIR, null));
    env.add(new EnvVar("TIDEGATE_LISTEN", "127.0.0.1:" + profile.spec().port(), null));
    env.add(new EnvVar("TIDEGATE_ADMIN_LISTEN", "0.0.0.0:" + profile.spec().adminPort(), null));
    if (graceSeconds != null && graceSeconds < DEFAULT_DRAIN_SECONDS + EXIT_SECONDS) {
      long drain = Math.max(1, graceSeconds - EXIT_SECONDS);
      env.add(new EnvVar("TIDEGATE_DRAIN_SECONDS", Long.toString(drain), null));
    }
    return env;
  }

  private static EnvVar fromField(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
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
        mount(InjectionNames.TOKEN_VOLUME, TOKEN_DIR, true),
        mount(InjectionNames.STATE_VOLUME, STATE_DIR, null),
        mount(InjectionNames.CREDENTIALS_VOLUME, CREDENTIALS_DIR, null),
        mount(InjectionNames.CA_VOLUME, CA_DIR, true));
  }

  private static VolumeMount mount(String name, String path, Boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(name)
        .withMountPath(path)
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
