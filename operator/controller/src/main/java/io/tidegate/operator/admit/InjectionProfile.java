package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;

/**
 * What injection needs of a SidecarProfile.
 *
 * @param source {@code namespace/name} of the SidecarProfile, or {@link #BUILT_IN}
 * @param image null: the operator's own choice, {@link InjectionSettings#sidecarImage()}
 * @param imagePullPolicy null: the API server's default for the image
 * @param port where calls are taken, on loopback
 * @param adminPort health and metrics, on every interface
 */
public record InjectionProfile(
    String source,
    String image,
    String imagePullPolicy,
    int port,
    int adminPort,
    ResourceRequirements resources,
    EnvPolicy injectEnv) {

  public static final String BUILT_IN = "built-in";
  public static final int DEFAULT_PORT = 4100;
  public static final int DEFAULT_ADMIN_PORT = 4101;

  /** What a workload gets for which no SidecarProfile exists. */
  public static InjectionProfile builtIn() {
    return new InjectionProfile(
        BUILT_IN,
        null,
        null,
        DEFAULT_PORT,
        DEFAULT_ADMIN_PORT,
        defaultResources(),
        EnvPolicy.IfAbsent);
  }

  /** No CPU limit: throttling would show up as latency of every model call. */
  public static ResourceRequirements defaultResources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("50m"))
        .addToRequests("memory", new Quantity("128Mi"))
        .addToLimits("memory", new Quantity("256Mi"))
        .build();
  }
}
