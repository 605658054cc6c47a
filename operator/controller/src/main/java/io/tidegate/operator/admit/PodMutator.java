package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the sidecar into a pod. Pure: the same pod and profile give the same pod, the argument stays
 * as it is, and mutating the outcome changes nothing, whatever others did to it in between. What is
 * not ours keeps its value and its order.
 */
public final class PodMutator {
  private final InjectionSettings settings;

  public PodMutator(InjectionSettings settings) {
    this.settings = settings;
  }

  /**
   * A pod before the patch is made of it.
   *
   * @param replaced what was in the way; not part of the report, since a second pass over the
   *     outcome would not find it
   */
  public record Mutation(Pod pod, InjectionReport report, List<InjectionReport.Note> replaced) {
    public Mutation {
      replaced = List.copyOf(replaced);
    }
  }

  /** The pod must have passed {@link InjectionPolicy}. */
  public Mutation mutate(Pod original, InjectionProfile profile) {
    Pod pod = Serialization.clone(original);
    PodSpec spec = pod.getSpec();
    SidecarContainer sidecar = new SidecarContainer(settings, profile);
    ContainerEnv env = profile.env();

    List<InjectionReport.Note> replaced = replaced(original);
    placeSidecar(spec, sidecar);
    placeVolumes(spec);
    foreign(spec).forEach(env::inject);
    InjectionReport report = report(spec, profile, sidecar, env);
    mark(pod, report);
    return new Mutation(pod, report, replaced);
  }

  private static List<Container> foreign(PodSpec spec) {
    return ReservedNames.foreignContainers(spec).toList();
  }

  /** First in line, so that later init containers can call models too. */
  private static void placeSidecar(PodSpec spec, SidecarContainer sidecar) {
    List<Container> line = new ArrayList<>();
    line.add(sidecar.container(spec.getTerminationGracePeriodSeconds()));
    spec.getInitContainers().stream()
        .filter(c -> !InjectionNames.CONTAINER.equals(c.getName()))
        .forEach(line::add);
    spec.setInitContainers(line);
  }

  private static void placeVolumes(PodSpec spec) {
    List<Volume> volumes = new ArrayList<>();
    spec.getVolumes().stream().filter(v -> !ours(v)).forEach(volumes::add);
    volumes.addAll(SidecarContainer.volumes());
    spec.setVolumes(volumes);
  }

  private static boolean ours(Volume volume) {
    return volume.getName() != null && InjectionNames.VOLUMES.contains(volume.getName());
  }

  private static void mark(Pod pod, InjectionReport report) {
    ObjectMeta metadata = pod.getMetadata() == null ? new ObjectMeta() : pod.getMetadata();
    metadata.setLabels(with(metadata.getLabels(), InjectionNames.INJECTED_LABEL, "true"));
    metadata.setAnnotations(
        with(metadata.getAnnotations(), InjectionNames.REPORT_ANNOTATION, report.toJson()));
    pod.setMetadata(metadata);
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> result = map == null ? new LinkedHashMap<>() : new LinkedHashMap<>(map);
    result.put(key, value);
    return result;
  }

  private InjectionReport report(
      PodSpec spec, InjectionProfile profile, SidecarContainer sidecar, ContainerEnv env) {
    SortedMap<String, List<String>> ours = new TreeMap<>();
    SortedMap<String, List<String>> kept = new TreeMap<>();
    List<InjectionReport.Bypass> bypassed = new ArrayList<>();
    for (Container container : foreign(spec)) {
      ours.put(container.getName(), env.ours(container));
      if (!env.kept(container).isEmpty()) {
        kept.put(container.getName(), env.kept(container));
      }
      bypassed.addAll(env.bypasses(container));
    }
    return new InjectionReport(
        profile.source(), sidecar.image(), ours, kept, bypassed, cautions(spec, profile));
  }

  private List<InjectionReport.Note> cautions(PodSpec spec, InjectionProfile profile) {
    List<InjectionReport.Note> notes = new ArrayList<>();
    if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
      notes.add(new InjectionReport.Note(Caution.SharedProcessNamespace, "pod"));
    }
    Redirection.in(spec, settings.operatorUrl())
        .map(field -> new InjectionReport.Note(Caution.OperatorRedirected, field))
        .ifPresent(notes::add);
    if (profile.missing() != null) {
      notes.add(
          new InjectionReport.Note(
              Caution.ProfileNotFound,
              "label " + InjectionNames.PROFILE_LABEL + "=" + profile.missing()));
    }
    if (profile.misfit() != null) {
      notes.add(new InjectionReport.Note(Caution.ProfileNotUnderstood, profile.misfit()));
    }
    Set<Integer> taken = Set.of(profile.spec().port(), profile.spec().adminPort());
    for (Container container : foreign(spec)) {
      container.getPorts().stream()
          .filter(p -> p.getContainerPort() != null && taken.contains(p.getContainerPort()))
          .map(
              p ->
                  new InjectionReport.Note(
                      Caution.PortDeclared,
                      "container " + container.getName() + ", port " + p.getContainerPort()))
          .forEach(notes::add);
    }
    return notes;
  }

  /** A pod that we injected already has our names legitimately. */
  private static List<InjectionReport.Note> replaced(Pod original) {
    ObjectMeta metadata = original.getMetadata();
    if (metadata != null
        && metadata.getLabels() != null
        && "true".equals(metadata.getLabels().get(InjectionNames.INJECTED_LABEL))) {
      return List.of();
    }
    List<InjectionReport.Note> notes = new ArrayList<>();
    original.getSpec().getInitContainers().stream()
        .filter(c -> InjectionNames.CONTAINER.equals(c.getName()))
        .map(c -> new InjectionReport.Note(Caution.ReplacedContainer, "spec.initContainers"))
        .forEach(notes::add);
    original.getSpec().getVolumes().stream()
        .filter(PodMutator::ours)
        .map(v -> new InjectionReport.Note(Caution.ReplacedVolume, "volume " + v.getName()))
        .forEach(notes::add);
    return notes;
  }
}
