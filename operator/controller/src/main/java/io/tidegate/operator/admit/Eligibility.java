package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a pod itself says to whether it gets a sidecar; its Namespace has the rest.
 *
 * @param word the pod's own label {@code tidegate.io/inject}; null: none
 * @param unfit why it gets none even if asked for; null: it is fit
 */
public record Eligibility(String word, SkipReason unfit) {
  private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
  private static final String OS_LABEL = "kubernetes.io/os";

  /**
   * @param namespace of the request: a pod in creation may not name its own
   */
  public static Eligibility of(Pod pod, String namespace, String operatorNamespace) {
    Optional<ObjectMeta> metadata = Optional.ofNullable(pod.getMetadata());
    String word =
        metadata.map(ObjectMeta::getLabels).orElse(Map.of()).get(InjectionNames.INJECT_LABEL);
    Map<String, String> annotations = metadata.map(ObjectMeta::getAnnotations).orElse(Map.of());
    return new Eligibility(
        word, unfit(namespace.equals(operatorNamespace), annotations, pod.getSpec()));
  }

  private static SkipReason unfit(boolean ours, Map<String, String> annotations, PodSpec spec) {
    if (ours) {
      return SkipReason.OperatorNamespace;
    }
    if (annotations.containsKey(MIRROR_ANNOTATION)) {
      return SkipReason.MirrorPod;
    }
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      return SkipReason.HostNetwork;
    }
    boolean windows =
        (spec.getOs() != null && "windows".equals(spec.getOs().getName()))
            || (spec.getNodeSelector() != null
                && "windows".equals(spec.getNodeSelector().get(OS_LABEL)));
    return windows ? SkipReason.Windows : null;
  }

  /** The pod has no word of its own, and its namespace's is not to opt in. */
  boolean isDecidedByNamespace(InjectionDecision.Skip skip) {
    return word == null && skip.reason() != unfit;
  }

  /**
   * Opt-in first, then fitness; empty where a sidecar is wanted and possible.
   *
   * @param namespaceLabels asked only where the pod has no word of its own
   */
  public Optional<InjectionDecision.Skip> skip(Supplier<Map<String, String>> namespaceLabels) {
    String said = word == null ? namespaceLabels.get().get(InjectionNames.INJECT_LABEL) : word;
    SkipReason reason =
        switch (said) {
          case null -> SkipReason.NotOptedIn;
          case InjectionNames.ENABLED -> unfit;
          case InjectionNames.DISABLED -> SkipReason.Disabled;
          default -> SkipReason.UnknownLabelValue;
        };
    return Optional.ofNullable(reason).map(why -> new InjectionDecision.Skip(why, said));
  }
}
