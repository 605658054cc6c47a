package io.tidegate.operator.compile;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sorts pods into classes, so that a thousand replicas are compiled once. */
final class WorkloadClasses {
  /** On a pod, else on its namespace: the name of its SidecarProfile. */
  static final String PROFILE_LABEL = "tidegate.io/profile";

  private static final String DEFAULT_PROFILE = "default";
  private final GovernedNamespace namespace;
  private final FindingLog findings;
  private final Set<String> labelKeys;

  WorkloadClasses(GovernedNamespace namespace, FindingLog findings) {
    this.namespace = namespace;
    this.findings = findings;
    this.labelKeys = namespace.podLabelKeys();
  }

  /** A class of pods with the profile that it selects. */
  record Member(WorkloadClass pods, CompiledProfile profile) {
    /** Of pods alone: it is asked for every pod, and profiles are few and large. */
    @Override
    public int hashCode() {
      return pods.hashCode();
    }
  }

  Member of(PodView pod) {
    CompiledProfile profile = profile(pod);
    Map<String, String> labels = new TreeMap<>();
    keep(labels, pod, labelKeys);
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
      name = namespace.labels().get(PROFILE_LABEL);
    }
    CompiledProfile found = namespace.profile(name == null ? DEFAULT_PROFILE : name);
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
