package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.api.SidecarProfileSpec.InjectEnv;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who gets a sidecar. Pure but for its two look-ups. */
public final class InjectionPolicy {
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
    Optional<InjectionDecision.Skip> skip =
        Eligibility.of(pod, namespace, settings.operatorNamespace())
            .skip(() -> namespaces.labelsOf(namespace));
    if (skip.isPresent()) {
      return skip.get();
    }
    InjectionProfile profile = profiles.profileOf(namespace, labels(pod));
    return ReservedNames.violation(pod)
        .or(() -> ownBaseUrl(profile, pod))
        .<InjectionDecision>map(refusal -> refusal)
        .orElseGet(() -> new InjectionDecision.Inject(profile));
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
}
