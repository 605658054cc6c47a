package io.tidegate.sidecar.config;

import java.util.List;
import java.util.Objects;

/**
 * Everything that one class of workloads needs to govern its calls; it holds no secret, only the
 * names of credentials.
 *
 * <p>Its version is not a field: it is the SHA-256 of its canonical JSON ({@link SnapshotCodec}),
 * so that equal policy has an equal version on every operator replica.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} of the writer; a reader refuses a newer one
 * @param workload whom this snapshot governs, as the API server has it
 * @param routes in order of precedence: the first that claims a call gets it
 * @param providers every provider that a route or the profile names
 * @param budgets every budget whose subject may match a call of this workload
 * @param prompts every prompt version that a rule attaches
 * @param profile identity rules, limits, what happens to unclaimed calls
 * @param sources the objects this was compiled from, sorted, with their generations
 */
public record Snapshot(
    int schemaVersion,
    Workload workload,
    List<Route> routes,
    List<Provider> providers,
    List<Budget> budgets,
    List<Prompt> prompts,
    Profile profile,
    List<Source> sources) {
  /** Raised when a reader of the older schema would misread the newer. */
  public static final int SCHEMA_VERSION = 1;

  public Snapshot {
    Objects.requireNonNull(workload, "workload");
    Objects.requireNonNull(profile, "profile");
    routes = List.copyOf(routes);
    providers = List.copyOf(providers);
    budgets = List.copyOf(budgets);
    prompts = List.copyOf(prompts);
    sources = List.copyOf(sources);
  }

  /**
   * @param name the owner that a person knows: the Deployment, Job, StatefulSet, or the bare pod
   */
  public record Workload(String namespace, String serviceAccount, String name) {
    public Workload {
      Objects.requireNonNull(namespace, "namespace");
      Objects.requireNonNull(serviceAccount, "serviceAccount");
      Objects.requireNonNull(name, "name");
    }
  }

  public record Source(ObjectRef object, long generation) {
    public Source {
      Objects.requireNonNull(object, "object");
    }
  }
}
