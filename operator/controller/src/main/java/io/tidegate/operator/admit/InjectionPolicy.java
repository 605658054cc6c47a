package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.api.SidecarProfileSpec.InjectEnv;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Who gets a sidecar. Pure but for its look-ups. */
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
   * Opt-in first, then fitness, then safety. An API server sends no pod whose namespace has not
   * opted in; where the namespace's labels say so nevertheless, they are behind and asked for anew.
   *
   * @param namespace of the request: a pod in creation may not name its own
   */
  public InjectionDecision decide(String namespace, Pod pod) {
    Eligibility eligibility = Eligibility.of(pod, namespace, settings.operatorNamespace());
    Supplier<Map<String, String>> namespaceLabels = () -> namespaces.labelsOf(namespace);
    Optional<InjectionDecision.Skip> skip = eligibility.skip(namespaceLabels);
    if (skip.isPresent() && eligibility.isDecidedByNamespace(skip.get())) {
      Map<String, String> newest = namespaces.newestLabelsOf(namespace);
      namespaceLabels = () -> newest;
      skip = eligibility.skip(namespaceLabels);
    }
    if (skip.isPresent()) {
      return skip.get();
    }
    InjectionProfile profile = profiles.profileOf(namespace, labels(pod), namespaceLabels);
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
