package io.tidegate.e2e.cluster;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;
import java.util.concurrent.TimeUnit;

/** The definitions of this project on an API server. */
public final class Definitions {
  private Definitions() {}

  /** Applies all of them; returns when the API server serves them. */
  public static void apply(KubernetesClient admin) {
    CrdFiles.load().forEach(crd -> admin.resource(crd).serverSideApply());
    awaitEstablished(admin);
  }

  /** Returns when the API server serves all of them, whoever wrote them. */
  public static void awaitEstablished(KubernetesClient admin) {
    CrdFiles.load()
        .forEach(
            crd ->
                admin
                    .resource(crd)
                    .waitUntilCondition(Definitions::isEstablished, 120, TimeUnit.SECONDS));
  }

  private static boolean isEstablished(CustomResourceDefinition seen) {
    return seen != null
        && seen.getStatus() != null
        && seen.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
