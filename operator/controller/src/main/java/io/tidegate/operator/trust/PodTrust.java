package io.tidegate.operator.trust;

import static io.tidegate.operator.admit.InjectionNames.CA_CONFIG_MAP;
import static io.tidegate.operator.admit.InjectionNames.CA_VOLUME;
import static io.tidegate.operator.admit.InjectionNames.CONTAINER;
import static io.tidegate.operator.admit.InjectionNames.CREDENTIALS_VOLUME;
import static io.tidegate.operator.admit.InjectionNames.STATE_VOLUME;
import static io.tidegate.operator.admit.InjectionNames.TOKEN_AUDIENCE;
import static io.tidegate.operator.admit.InjectionNames.TOKEN_VOLUME;
import static io.tidegate.operator.admit.InjectionNames.VOLUMES;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.tidegate.operator.admit.Redirection;
import io.tidegate.operator.admit.SidecarVariable;
import io.tidegate.operator.trust.Trust.Distrusted;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges a pod as the API server has it. A token names the pod and not the container, so the pod is
 * trusted only if no container besides ours can come by the token, by our volumes or by our
 * process, and ours runs what the image says and nothing else. Pure.
 *
 * <p>What this cannot see: an application whose ServiceAccount may create tokens by itself, and
 * whoever may exec into the pod; both are matters of RBAC.
 */
public final class PodTrust {

  private PodTrust() {}

  public static Trust judge(Pod pod) {
    List<Container> ours = named(pod);
    if (ours.size() != 1) {
      return Distrusted.because(
          DistrustReason.NoSidecar, "no init container is named " + CONTAINER);
    }
    Container sidecar = ours.getFirst();
    return Stream.<Optional<Distrusted>>of(
            processes(pod),
            ephemeral(pod),
            altered(sidecar),
            tokens(pod),
            shared(pod, sidecar),
            replaced(pod),
            redirected(pod, sidecar))
        .flatMap(Optional::stream)
        .<Trust>map(distrusted -> distrusted)
        .findFirst()
        .orElseGet(
            () ->
                new Trust.Trusted(
                    sidecar.getImage(),
                    value(sidecar, SidecarVariable.TIDEGATE_OPERATOR_URL),
                    value(sidecar, SidecarVariable.TIDEGATE_CA_PEM)));
  }

  /** Where a name stands twice the last one counts, as for the kubelet. */
  private static String value(Container sidecar, SidecarVariable variable) {
    return sidecar.getEnv().reversed().stream()
        .filter(e -> variable.name().equals(e.getName()))
        .findFirst()
        .map(e -> e.getValue())
        .orElse("");
  }

  private static List<Container> named(Pod pod) {
    return pod.getSpec().getInitContainers().stream()
        .filter(c -> CONTAINER.equals(c.getName()) && "Always".equals(c.getRestartPolicy()))
        .toList();
  }

  private static Optional<Distrusted> processes(Pod pod) {
    boolean shares =
        Boolean.TRUE.equals(pod.getSpec().getShareProcessNamespace())
            || Boolean.TRUE.equals(pod.getSpec().getHostPID());
    return shares
        ? distrust(DistrustReason.SharedProcesses, "its containers see each other's processes")
        : Optional.empty();
  }

  private static Optional<Distrusted> ephemeral(Pod pod) {
    return pod.getSpec().getEphemeralContainers().stream()
        .findFirst()
        .flatMap(
            c ->
                distrust(
                    DistrustReason.EphemeralContainer,
                    "it has ephemeral container " + c.getName()));
  }

  private static Optional<Distrusted> altered(Container sidecar) {
    return SidecarShape.alteration(sidecar)
        .flatMap(
            what ->
                distrust(DistrustReason.SidecarAltered, "container " + CONTAINER + " has " + what));
  }

  /** Our audience in a volume other than the sidecar's own, mounted or not yet. */
  private static Optional<Distrusted> tokens(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> holdsOurAudience(volume) && !TOKEN_VOLUME.equals(volume.getName()))
        .findFirst()
        .flatMap(
            volume ->
                distrust(
                    DistrustReason.TokenOutsideSidecar,
                    "volume "
                        + volume.getName()
                        + users(pod, volume)
                        + " holds a token for audience "
                        + TOKEN_AUDIENCE));
  }

  private static boolean holdsOurAudience(Volume volume) {
    return volume.getProjected() != null
        && volume.getProjected().getSources().stream()
            .anyMatch(
                source ->
                    source.getServiceAccountToken() != null
                        && TOKEN_AUDIENCE.equals(source.getServiceAccountToken().getAudience()));
  }

  private static String users(Pod pod, Volume volume) {
    String containers =
        containers(pod)
            .filter(c -> mounts(c, Set.of(volume.getName())).findAny().isPresent())
            .map(Container::getName)
            .collect(Collectors.joining(", "));
    return containers.isEmpty() ? "" : ", mounted in " + containers + ",";
  }

  @SuppressWarnings("ReferenceEquality") // an equal copy of our container is another container
  private static Optional<Distrusted> shared(Pod pod, Container sidecar) {
    return containers(pod)
        .filter(container -> !container.getName().equals(sidecar.getName()))
        .flatMap(
            container ->
                mounts(container, VOLUMES)
                    .map(
                        mount ->
                            Distrusted.because(
                                TOKEN_VOLUME.equals(mount.getName())
                                    ? DistrustReason.TokenOutsideSidecar
                                    : DistrustReason.SidecarVolumeShared,
                                "container "
                                    + container.getName()
                                    + " mounts volume "
                                    + mount.getName())))
        .findFirst();
  }

  /** Our volumes under our names but not of our kind could be read or written from outside. */
  private static Optional<Distrusted> replaced(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> !ofOurKind(volume))
        .findFirst()
        .flatMap(
            volume ->
                distrust(
                    DistrustReason.SidecarAltered,
                    "volume " + volume.getName() + " is not what the operator injects"));
  }

  private static Optional<Distrusted> redirected(Pod pod, Container sidecar) {
    return Redirection.in(pod.getSpec(), value(sidecar, SidecarVariable.TIDEGATE_OPERATOR_URL))
        .flatMap(how -> distrust(DistrustReason.OperatorRedirected, how));
  }

  private static boolean ofOurKind(Volume volume) {
    return switch (volume.getName()) {
      case STATE_VOLUME -> volume.getEmptyDir() != null;
      case CREDENTIALS_VOLUME ->
          volume.getEmptyDir() != null && "Memory".equals(volume.getEmptyDir().getMedium());
      case TOKEN_VOLUME -> volume.getProjected() != null && onlyToken(volume.getProjected());
      case CA_VOLUME ->
          volume.getConfigMap() != null && CA_CONFIG_MAP.equals(volume.getConfigMap().getName());
      default -> true;
    };
  }

  private static boolean onlyToken(ProjectedVolumeSource volume) {
    return volume.getSources().stream().allMatch(s -> s.getServiceAccountToken() != null);
  }

  private static Stream<VolumeMount> mounts(Container container, Set<String> volumes) {
    return container.getVolumeMounts().stream().filter(m -> volumes.contains(m.getName()));
  }

  private static Stream<Container> containers(Pod pod) {
    return Stream.concat(
        pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
  }

  private static Optional<Distrusted> distrust(DistrustReason reason, String finding) {
    return Optional.of(Distrusted.because(reason, finding));
  }
}
