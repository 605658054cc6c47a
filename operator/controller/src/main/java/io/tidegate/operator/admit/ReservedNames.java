package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps the sidecar's token, credentials and state out of the reach of the pod's own containers:
 * the operator hands credentials to a pod on the word of that token.
 */
final class ReservedNames {
  private ReservedNames() {}

  static Optional<InjectionDecision.Refuse> violation(Pod pod) {
    PodSpec spec = pod.getSpec();
    return containerName(spec)
        .or(() -> foreignContainers(spec).flatMap(c -> mount(c).stream()).findFirst())
        .or(() -> audience(spec));
  }

  /** Every container but an init container of the sidecar's name, which the mutator replaces. */
  static Stream<Container> foreignContainers(PodSpec spec) {
    return Stream.concat(
        spec.getInitContainers().stream()
            .filter(c -> !InjectionNames.CONTAINER.equals(c.getName())),
        spec.getContainers().stream());
  }

  private static Optional<InjectionDecision.Refuse> containerName(PodSpec spec) {
    boolean taken =
        spec.getContainers().stream().anyMatch(c -> InjectionNames.CONTAINER.equals(c.getName()));
    return taken
        ? Optional.of(
            new InjectionDecision.Refuse(
                RefusalReason.ReservedContainerName,
                "spec.containers has a container named " + InjectionNames.CONTAINER))
        : Optional.empty();
  }

  private static Optional<InjectionDecision.Refuse> mount(Container container) {
    return Stream.concat(
            container.getVolumeMounts().stream().map(m -> m.getName()),
            container.getVolumeDevices().stream().map(d -> d.getName()))
        .filter(name -> name != null && InjectionNames.VOLUMES.contains(name))
        .findFirst()
        .map(
            name ->
                new InjectionDecision.Refuse(
                    RefusalReason.ReservedVolumeMounted,
                    "container " + container.getName() + " mounts volume " + name));
  }

  private static Optional<InjectionDecision.Refuse> audience(PodSpec spec) {
    return spec.getVolumes().stream()
        .filter(v -> v.getName() == null || !InjectionNames.VOLUMES.contains(v.getName()))
        .filter(ReservedNames::projectsOurAudience)
        .findFirst()
        .map(
            v ->
                new InjectionDecision.Refuse(
                    RefusalReason.ReservedAudience,
                    "volume "
                        + v.getName()
                        + " projects a token for audience "
                        + InjectionNames.TOKEN_AUDIENCE));
  }

  private static boolean projectsOurAudience(Volume volume) {
    List<VolumeProjection> sources =
        volume.getProjected() == null ? List.of() : volume.getProjected().getSources();
    return sources.stream()
        .anyMatch(
            s ->
                s.getServiceAccountToken() != null
                    && InjectionNames.TOKEN_AUDIENCE.equals(
                        s.getServiceAccountToken().getAudience()));
  }
}
