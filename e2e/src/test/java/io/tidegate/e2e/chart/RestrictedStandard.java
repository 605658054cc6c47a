package io.tidegate.e2e.chart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Pod Security Standard "restricted" for Linux, as kubernetes.io/docs/concepts/security/
 * pod-security-standards has it.
 */
final class RestrictedStandard {
  private RestrictedStandard() {}

  /** One sentence for each field that the standard refuses. */
  static List<String> violations(PodSpec pod) {
    List<String> found = new ArrayList<>();
    PodSecurityContext shared =
        pod.getSecurityContext() == null ? new PodSecurityContext() : pod.getSecurityContext();
    if (Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC())
        .anyMatch(Boolean.TRUE::equals)) {
      found.add("spec shares a namespace of its host");
    }
    if (shared.getSysctls() != null && !shared.getSysctls().isEmpty()) {
      found.add("spec.securityContext.sysctls");
    }
    pod.getVolumes().stream()
        .filter(volume -> !allowed(volume))
        .forEach(volume -> found.add("spec.volumes " + volume.getName()));
    Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .forEach(container -> check(container, shared, found));
    return found;
  }

  private static boolean allowed(Volume volume) {
    return Stream.of(
            volume.getConfigMap(),
            volume.getCsi(),
            volume.getDownwardAPI(),
            volume.getEmptyDir(),
            volume.getEphemeral(),
            volume.getPersistentVolumeClaim(),
            volume.getProjected(),
            volume.getSecret())
        .anyMatch(source -> source != null);
  }

  private static void check(Container container, PodSecurityContext shared, List<String> found) {
    String name = "container " + container.getName() + ": ";
    SecurityContext own =
        container.getSecurityContext() == null
            ? new SecurityContext()
            : container.getSecurityContext();
    require(!Boolean.TRUE.equals(own.getPrivileged()), name + "privileged", found);
    require(
        Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
        name + "allowPrivilegeEscalation",
        found);
    Boolean nonRoot =
        own.getRunAsNonRoot() == null ? shared.getRunAsNonRoot() : own.getRunAsNonRoot();
    require(Boolean.TRUE.equals(nonRoot), name + "runAsNonRoot", found);
    Long user = own.getRunAsUser() == null ? shared.getRunAsUser() : own.getRunAsUser();
    require(user == null || user != 0, name + "runAsUser", found);
    var seccomp =
        own.getSeccompProfile() == null ? shared.getSeccompProfile() : own.getSeccompProfile();
    require(
        seccomp != null && List.of("RuntimeDefault", "Localhost").contains(seccomp.getType()),
        name + "seccompProfile",
        found);
    var capabilities = own.getCapabilities();
    require(
        capabilities != null && capabilities.getDrop().contains("ALL"), name + "drop ALL", found);
    require(
        capabilities == null || List.of("NET_BIND_SERVICE").containsAll(capabilities.getAdd()),
        name + "capabilities.add",
        found);
    require(
        container.getPorts().stream()
            .allMatch(port -> port.getHostPort() == null || port.getHostPort() == 0),
        name + "hostPort",
        found);
  }

  private static void require(boolean holds, String rule, List<String> found) {
    if (!holds) {
      found.add(rule);
    }
  }
}
