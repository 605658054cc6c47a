package io.tidegate.operator;

import io.tidegate.api.SidecarProfile;
import io.tidegate.operator.admit.InjectionNames;
import io.tidegate.operator.admit.InjectionProfile;
import io.tidegate.operator.admit.ProfileLookup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds a pod's SidecarProfile in the cache: in the pod's namespace, else in the operator's. */
record CachedProfiles(String operatorNamespace, Supplier<List<SidecarProfile>> profiles)
    implements ProfileLookup {
  private static final String DEFAULT_NAME = "default";

  @Override
  public InjectionProfile profileOf(
      String namespace,
      Map<String, String> podLabels,
      Supplier<Map<String, String>> namespaceLabels) {
    Optional<String> asked =
        Optional.ofNullable(podLabels.get(InjectionNames.PROFILE_LABEL))
            .or(() -> Optional.ofNullable(namespaceLabels.get().get(InjectionNames.PROFILE_LABEL)));
    String name = asked.orElse(DEFAULT_NAME);
    List<SidecarProfile> all = profiles.get();
    return Stream.of(namespace, operatorNamespace)
        .flatMap(in -> all.stream().filter(p -> named(p, in, name)))
        .findFirst()
        .map(InjectionProfile::of)
        .or(() -> asked.map(InjectionProfile::missing))
        .orElseGet(InjectionProfile::builtIn);
  }

  private static boolean named(SidecarProfile profile, String namespace, String name) {
    return profile.getMetadata().getNamespace().equals(namespace)
        && profile.getMetadata().getName().equals(name);
  }
}
