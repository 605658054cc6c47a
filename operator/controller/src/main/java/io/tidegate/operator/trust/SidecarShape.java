package io.tidegate.operator.trust;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.tidegate.operator.admit.InjectionNames;
import io.tidegate.operator.admit.SidecarVariable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the container tidegate is what the operator injects, up to what profiles decide. Whatever
 * makes it run something besides its image's own program, read something besides its own files, or
 * leave them where others look, is found. Pure.
 */
final class SidecarShape {
  /** Where the API server's admission mounts the default token into every container. */
  private static final String DEFAULT_TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** What the API server writes where nobody says another. */
  private static final String TERMINATION_LOG = "/dev/termination-log";

  private SidecarShape() {}

  /** What the container has that the operator does not give it. */
  static Optional<String> alteration(Container sidecar) {
    return program(sidecar)
        .or(() -> variable(sidecar.getEnv()))
        .or(() -> mount(sidecar.getVolumeMounts()));
  }

  private static Optional<String> program(Container sidecar) {
    if (!sidecar.getCommand().isEmpty() || !sidecar.getArgs().isEmpty()) {
      return Optional.of("a command or arguments of its own");
    }
    if (!isUnset(sidecar.getWorkingDir(), "")) {
      return Optional.of("a working directory of its own");
    }
    if (!isUnset(sidecar.getTerminationMessagePath(), TERMINATION_LOG)) {
      return Optional.of("a terminationMessagePath of its own");
    }
    if (!sidecar.getEnvFrom().isEmpty()) {
      return Optional.of("envFrom");
    }
    if (sidecar.getLifecycle() != null || !sidecar.getVolumeDevices().isEmpty()) {
      return Optional.of("a lifecycle hook or a volume device");
    }
    return Stream.of(
                sidecar.getStartupProbe(), sidecar.getReadinessProbe(), sidecar.getLivenessProbe())
            .anyMatch(SidecarShape::executes)
        ? Optional.of("a probe that runs a command")
        : Optional.empty();
  }

  private static boolean isUnset(String value, String unset) {
    return value == null || value.isEmpty() || value.equals(unset);
  }

  private static boolean executes(Probe probe) {
    return probe != null && probe.getExec() != null;
  }

  /** One of ours counts too where it has a value, or a source, that the operator never writes. */
  private static Optional<String> variable(List<EnvVar> environment) {
    return environment.stream()
        .filter(variable -> !SidecarVariable.wrote(variable))
        .findFirst()
        .map(variable -> "environment variable " + variable.getName() + " of its own");
  }

  private static Optional<String> mount(List<VolumeMount> mounts) {
    return mounts.stream()
        .filter(mount -> !ours(mount) && !DEFAULT_TOKEN_PATH.equals(mount.getMountPath()))
        .findFirst()
        .map(mount -> "volume " + mount.getName() + " mounted at " + mount.getMountPath());
  }

  /** Another path would put one volume's files in the place of another's. */
  private static boolean ours(VolumeMount mount) {
    String path = InjectionNames.MOUNT_PATHS.get(mount.getName());
    return path != null
        && path.equals(mount.getMountPath())
        && isUnset(mount.getSubPath(), "")
        && isUnset(mount.getSubPathExpr(), "");
  }
}
