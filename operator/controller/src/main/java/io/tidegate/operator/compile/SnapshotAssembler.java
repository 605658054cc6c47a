package io.tidegate.operator.compile;

import io.tidegate.operator.compile.WorkloadSnapshot.SecretKey;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Puts together, in canonical order, what governs one class of pods, and proves it. */
final class SnapshotAssembler {
  private final GovernedNamespace namespace;
  private final IdentityPins pins;

  SnapshotAssembler(GovernedNamespace namespace) {
    this.namespace = namespace;
    this.pins = new IdentityPins(namespace);
  }

  /** What governs a class of pods. */
  record Parts(
      WorkloadClass pods,
      CompiledProfile profile,
      List<CompiledRoute> routes,
      List<CompiledBudget> budgets,
      Map<ObjectRef, CompiledProvider> providers) {}

  Parts parts(WorkloadClass pods, CompiledProfile profile) {
    return parts(
        pods,
        profile,
        namespace.routes().stream().filter(route -> route.governsPod(pods.labels())).toList());
  }

  /** As if a pod existed that every route of the namespace selects. */
  Parts everything() {
    return parts(WorkloadClass.any(namespace.name()), ProfileCompiler.BUILT_IN, namespace.rivals());
  }

  /** A provider that no route names. */
  static Parts alone(CompiledProvider provider) {
    return new Parts(
        WorkloadClass.any(provider.object().namespace()),
        ProfileCompiler.BUILT_IN,
        List.of(),
        List.of(),
        Map.of(provider.object(), provider));
  }

  private Parts parts(WorkloadClass pods, CompiledProfile profile, List<CompiledRoute> routes) {
    Map<ObjectRef, CompiledProvider> providers = new TreeMap<>();
    routes.forEach(route -> route.providers().forEach(each -> providers.put(each.object(), each)));
    profile.providers().forEach(each -> providers.put(each.object(), each));
    return new Parts(pods, profile, routes, namespace.budgets(pods), providers);
  }

  Snapshot snapshot(Parts parts) {
    WorkloadClass pods = parts.pods();
    CompiledProfile profile = parts.profile();
    Map<ObjectRef, CompiledPrompt> prompts = new TreeMap<>();
    parts
        .routes()
        .forEach(route -> route.prompts().forEach(each -> prompts.put(each.object(), each)));
    return new Snapshot(
        Snapshot.SCHEMA_VERSION,
        new Snapshot.Workload(pods.namespace(), pods.serviceAccount(), pods.workload()),
        Stream.concat(
                Stream.ofNullable(profile.refusal()),
                parts.routes().stream().map(CompiledRoute::route))
            .toList(),
        parts.providers().values().stream().map(CompiledProvider::provider).toList(),
        parts.budgets().stream().map(CompiledBudget::budget).toList(),
        prompts.values().stream().map(CompiledPrompt::prompt).toList(),
        new Profile(
            profile.object(),
            pins.rules(profile.spec(), pods),
            profile.unmatched(),
            new Profile.RequestLimits(
                profile.spec().requestLimits().maxBodyBytes(),
                profile.spec().requestLimits().maxJsonDepth())),
        sources(parts, prompts));
  }

  private static List<Snapshot.Source> sources(
      Parts parts, Map<ObjectRef, CompiledPrompt> prompts) {
    return Stream.of(
            parts.routes().stream().map(CompiledRoute::source),
            parts.providers().values().stream().map(CompiledProvider::source),
            parts.budgets().stream().map(CompiledBudget::source),
            prompts.values().stream().map(CompiledPrompt::source),
            Stream.of(parts.profile()).map(CompiledProfile::source).filter(Objects::nonNull))
        .flatMap(each -> each)
        .sorted((a, b) -> a.object().compareTo(b.object()))
        .toList();
  }

  static Map<String, SecretKey> credentials(Parts parts) {
    Map<String, SecretKey> credentials = new LinkedHashMap<>();
    for (CompiledProvider provider : parts.providers().values()) {
      if (provider.secret() != null && provider.provider().credential() != null) {
        credentials.put(provider.provider().credential(), provider.secret());
      }
    }
    return credentials;
  }

  /**
   * @throws SnapshotRefused if the engine that would run it will not
   */
  static Policy prove(Snapshot snapshot) throws SnapshotRefused {
    return Policy.load(SnapshotCodec.encode(snapshot));
  }
}
