package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.SidecarProfileSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The SidecarProfile that a pod is injected by.
 *
 * @param source {@code namespace/name}, or {@link #BUILT_IN}
 * @param missing the name that a label asks for and no SidecarProfile has; null: none is missing
 * @param misfit object and field that keep a SidecarProfile from being understood; null: none does
 */
public record InjectionProfile(
    String source, SidecarProfileSpec spec, String missing, String misfit) {

  public static final String BUILT_IN = "built-in";

  /** What a workload gets for which no SidecarProfile exists. */
  public static InjectionProfile builtIn() {
    return new InjectionProfile(BUILT_IN, SidecarProfileSpec.builtIn(), null, null);
  }

  /** What a workload gets whose label names no SidecarProfile: its calls are refused until then. */
  public static InjectionProfile missing(String name) {
    return new InjectionProfile(BUILT_IN, SidecarProfileSpec.builtIn(), name, null);
  }

  /** For one that is not understood, the built-in: its calls are refused until then. */
  public static InjectionProfile of(SidecarProfile profile) {
    String source = profile.getMetadata().getNamespace() + "/" + profile.getMetadata().getName();
    return profile.misfit() == null
        ? new InjectionProfile(source, profile.getSpec(), null, null)
        : new InjectionProfile(
            BUILT_IN,
            SidecarProfileSpec.builtIn(),
            null,
            "SidecarProfile " + source + ", " + profile.misfit().field());
  }

  ContainerEnv env() {
    return new ContainerEnv(new GovernedVariables(spec.port()), spec.injectEnv());
  }

  /**
   * The profile's, or a default without a CPU limit: throttling would show up as latency of every
   * model call.
   */
  ResourceRequirements resources() {
    SidecarProfileSpec.Resources own = spec.resources();
    if (own == null) {
      return new ResourceRequirementsBuilder()
          .addToRequests("cpu", new Quantity("50m"))
          .addToRequests("memory", new Quantity("128Mi"))
          .addToLimits("memory", new Quantity("256Mi"))
          .build();
    }
    return new ResourceRequirementsBuilder()
        .withRequests(amounts(own.requests()))
        .withLimits(amounts(own.limits()))
        .build();
  }

  private static Map<String, Quantity> amounts(SidecarProfileSpec.Amounts amounts) {
    Map<String, Quantity> given = new LinkedHashMap<>();
    if (amounts != null && amounts.cpu() != null) {
      given.put("cpu", amounts.cpu());
    }
    if (amounts != null && amounts.memory() != null) {
      given.put("memory", amounts.memory());
    }
    return given;
  }
}
