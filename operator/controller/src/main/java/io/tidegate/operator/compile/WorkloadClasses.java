package io.tidegate.operator.compile;

import io.tidegate.operator.compile.ResourceView.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sorts pods into classes, so that a thousand replicas are compiled once. */
final class WorkloadClasses {
  /** On a pod, else on its namespace: the name of its SidecarProfile. */
  static final String PROFILE_LABEL = "tidegate.io/profile";

  private static final String DEFAULT_PROFILE = "default";
  private final FindingLog findings;
  private final ViewIndex index;
  private final Governance governance;
  private final Map<ObjectKey, CompiledProfile> profiles;
  private final Map<String, Set<String>> labelKeys = new HashMap<>();

  WorkloadClasses(
      ViewIndex index,
      Governance governance,
      Map<ObjectKey, CompiledProfile> profiles,
      FindingLog findings) {
    this.findings = findings;
    this.index = index;
    this.governance = governance;
    this.profiles = profiles;
  }

  /** A class of pods with the profile that it selects. */
  record Member(WorkloadClass pods, CompiledProfile profile) {}

  Member of(PodView pod) {
    CompiledProfile profile = profile(pod);
    Map<String, String> labels = new TreeMap<>();
    keep(labels, pod, labelKeys.computeIfAbsent(pod.namespace(), governance::podLabelKeys));
    keep(labels, pod, IdentityPins.podLabels(profile.spec()));
    return new Member(
        new WorkloadClass(pod.namespace(), pod.serviceAccount(), pod.ownerName(), labels), profile);
  }

  /**
   * The pod's namespace first, then the operator's. The built-in defaults are for those who asked
   * for nothing else.
   */
  private CompiledProfile profile(PodView pod) {
    String name = pod.labels().get(PROFILE_LABEL);
    if (name == null) {
      name = index.labelsOfNamespace(pod.namespace()).get(PROFILE_LABEL);
    }
    CompiledProfile found =
        index.resolve(profiles, pod.namespace(), name == null ? DEFAULT_PROFILE : name);
    if (found != null) {
      return found;
    }
    return name == null
        ? ProfileCompiler.BUILT_IN
        : ProfileCompiler.missing(findings, pod.namespace(), name);
  }

  private static void keep(Map<String, String> kept, PodView pod, Set<String> keys) {
    for (String key : keys) {
      String value = pod.labels().get(key);
      if (value != null) {
        kept.put(key, value);
      }
    }
  }
}
