package io.tidegate.operator.compile;

import io.tidegate.api.SidecarProfile;
import io.tidegate.api.SidecarProfileSpec;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Route;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** SidecarProfile to what is the same in every pod that has it. A broken PassThrough denies. */
final class ProfileCompiler {
  private static final Profile.Unmatched DENY =
      new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of());
  static final CompiledProfile BUILT_IN =
      new CompiledProfile(null, 0, SidecarProfileSpec.builtIn(), DENY, List.of(), null);

  private final Surroundings surroundings;
  private final FindingLog findings;

  ProfileCompiler(Surroundings surroundings, FindingLog findings) {
    this.surroundings = surroundings;
    this.findings = findings;
  }

  /**
   * What a pod gets whose label names no profile. The built-in one may believe more of a call's own
   * words than the one that was meant, so every call is refused until that is there.
   */
  static CompiledProfile missing(FindingLog findings, String namespace, String name) {
    ObjectRef wanted = new ObjectRef("SidecarProfile", namespace, name);
    String label = "label " + WorkloadClasses.PROFILE_LABEL;
    findings.add(
        wanted,
        Reason.ProfileNotFound,
        "metadata.name",
        "is what "
            + label
            + " of pods or of namespace "
            + namespace
            + " names, and it exists neither here nor in the operator's namespace");
    return new CompiledProfile(
        null,
        0,
        SidecarProfileSpec.builtIn(),
        DENY,
        List.of(),
        new Route(
            wanted,
            List.of(),
            List.of(),
            wanted
                + ": it does not exist, neither here nor in the operator's namespace, and "
                + label
                + "="
                + name
                + " of the pod or of its namespace names it. "
                + Reason.ProfileNotFound.nextStep()));
  }

  KindCompiler<SidecarProfile, CompiledProfile> kind() {
    return new KindCompiler<>(findings, this::compile, this::heldBack);
  }

  private CompiledProfile compile(SidecarProfile object) {
    ObjectRef ref = ViewIndex.ref(object);
    String rejection = surroundings.rejection();
    if (rejection != null) {
      return refusing(ref, ViewIndex.generation(object), rejection);
    }
    List<CompiledProvider> passThrough = passThrough(ref, object.getSpec().unmatched());
    boolean deny = passThrough.isEmpty();
    return new CompiledProfile(
        ref,
        ViewIndex.generation(object),
        object.getSpec(),
        deny
            ? DENY
            : new Profile.Unmatched(
                Profile.Unmatched.Action.PassThrough,
                passThrough.stream().map(CompiledProvider::object).toList()),
        deny ? List.of() : passThrough,
        null);
  }

  private CompiledProfile heldBack(SidecarProfile object, Finding finding) {
    return refusing(finding.object(), ViewIndex.generation(object), finding.message());
  }

  /** The built-in profile may believe more of a call's own words than the one that was meant. */
  private static CompiledProfile refusing(ObjectRef ref, long generation, String message) {
    return new CompiledProfile(
        ref,
        generation,
        SidecarProfileSpec.builtIn(),
        DENY,
        List.of(),
        new Route(ref, List.of(), List.of(), message));
  }

  /** Empty if unclaimed calls are to be denied. */
  private List<CompiledProvider> passThrough(ObjectRef ref, SidecarProfileSpec.Unmatched spec) {
    List<CompiledProvider> found = new ArrayList<>();
    Set<Dialect> dialects = EnumSet.noneOf(Dialect.class);
    if (spec.action() == SidecarProfileSpec.Unmatched.Action.Deny) {
      return found;
    }
    for (int i = 0; i < spec.providers().size(); i++) {
      String field = "spec.unmatched.providers[" + i + "]";
      CompiledProvider provider = provider(ref, field, spec.providers().get(i));
      if (provider == null) {
        return List.of();
      }
      if (!dialects.add(provider.provider().dialect())) {
        findings.add(
            ref,
            Reason.PassThroughAmbiguous,
            field,
            "is the second provider that speaks " + provider.provider().dialect());
        return List.of();
      }
      if (provider.lacksKey()) {
        findings.withoutKey(ref, field, provider);
      }
      found.add(provider);
    }
    return found;
  }

  private CompiledProvider provider(ObjectRef ref, String field, String name) {
    CompiledProvider provider = surroundings.provider(name);
    if (provider == null) {
      findings.add(
          ref,
          Reason.ProviderNotFound,
          field,
          "names ModelProvider " + name + ", which does not exist");
      return null;
    }
    if (!provider.allows(ref.namespace(), surroundings.labels())) {
      findings.add(
          ref,
          Reason.RefNotPermitted,
          field,
          "names " + provider.object() + ", which namespace " + ref.namespace() + " may not use");
      return null;
    }
    if (provider.provider() == null) {
      findings.add(
          ref, Reason.ProviderBroken, field, "names " + provider.object() + ", which cannot serve");
      return null;
    }
    return provider;
  }
}
