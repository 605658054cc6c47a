package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.tidegate.api.SidecarProfileSpec.InjectEnv;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who gets a sidecar. Pure but for its two look-ups. */
public final class InjectionPolicy {
  private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
  private static final String OS_LABEL = "kubernetes.io/os";

  private final InjectionSettings settings;
  private final NamespaceLookup namespaces;
  private final ProfileLookup profiles;

  public InjectionPolicy(
      InjectionSettings settings, NamespaceLookup namespaces, ProfileLookup profiles) {
    this.settings = settings;
    this.namespaces = namespaces;
    this.profiles = profiles;
  }

  /**
   * Opt-in first, then fitness, then safety.
   *
   * @param namespace of the request: a pod in creation may not name its own
   */
  public InjectionDecision decide(String namespace, Pod pod) {
    Optional<SkipReason> optedOut = optedOut(namespace, pod);
    if (optedOut.isPresent()) {
      return new InjectionDecision.Skip(optedOut.get());
    }
    Optional<SkipReason> unfit = unfit(namespace, pod);
    if (unfit.isPresent()) {
      return new InjectionDecision.Skip(unfit.get());
    }
    InjectionProfile profile = profiles.profileOf(namespace, labels(pod));
    return ReservedNames.violation(pod)
        .or(() -> ownBaseUrl(profile, pod))
        .<InjectionDecision>map(refusal -> refusal)
        .orElseGet(() -> new InjectionDecision.Inject(profile));
  }

  private Optional<SkipReason> optedOut(String namespace, Pod pod) {
    String word = labels(pod).get(InjectionNames.INJECT_LABEL);
    if (word == null) {
      word = namespaces.labelsOf(namespace).get(InjectionNames.INJECT_LABEL);
    }
    return switch (word) {
      case null -> Optional.of(SkipReason.NotOptedIn);
      case InjectionNames.ENABLED -> Optional.empty();
      case InjectionNames.DISABLED -> Optional.of(SkipReason.Disabled);
      default -> Optional.of(SkipReason.UnknownLabelValue);
    };
  }

  private Optional<SkipReason> unfit(String namespace, Pod pod) {
    PodSpec spec = pod.getSpec();
    if (settings.operatorNamespace().equals(namespace)) {
      return Optional.of(SkipReason.OperatorNamespace);
    }
    if (annotations(pod).containsKey(MIRROR_ANNOTATION)) {
      return Optional.of(SkipReason.MirrorPod);
    }
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      return Optional.of(SkipReason.HostNetwork);
    }
    boolean windows =
        (spec.getOs() != null && "windows".equals(spec.getOs().getName()))
            || (spec.getNodeSelector() != null
                && "windows".equals(spec.getNodeSelector().get(OS_LABEL)));
    return windows ? Optional.of(SkipReason.Windows) : Optional.empty();
  }

  private static Optional<InjectionDecision.Refuse> ownBaseUrl(InjectionProfile profile, Pod pod) {
    if (profile.spec().injectEnv() != InjectEnv.Refuse) {
      return Optional.empty();
    }
    ContainerEnv env = profile.env();
    return ReservedNames.foreignContainers(pod.getSpec())
        .flatMap(
            c -> {
              List<String> own = env.ownBaseUrls(c);
              return own.stream().map(name -> "container " + c.getName() + " sets " + name);
            })
        .findFirst()
        .map(
            detail ->
                new InjectionDecision.Refuse(
                    RefusalReason.OwnBaseUrl,
                    detail
                        + " to another address, which injectEnv Refuse of SidecarProfile "
                        + profile.source()
                        + " forbids"));
  }

  private static Map<String, String> labels(Pod pod) {
    return Optional.ofNullable(pod.getMetadata()).map(ObjectMeta::getLabels).orElse(Map.of());
  }

  private static Map<String, String> annotations(Pod pod) {
    return Optional.ofNullable(pod.getMetadata()).map(ObjectMeta::getAnnotations).orElse(Map.of());
  }
}
