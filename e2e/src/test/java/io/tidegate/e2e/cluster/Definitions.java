package io.tidegate.e2e.cluster;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The definitions of this project on an API server. */
public final class Definitions {
  private Definitions() {}

  /** Applies all of them; returns when the API server serves them. */
  public static void apply(KubernetesClient admin) {
    apply(admin, CrdFiles.load());
  }

  /** The same with others than those of this project. */
  public static void apply(KubernetesClient admin, List<CustomResourceDefinition> definitions) {
    definitions.forEach(crd -> admin.resource(crd).serverSideApply());
    definitions.forEach(crd -> awaitEstablished(admin, crd));
  }

  /** Returns when the API server serves all of them, whoever wrote them. */
  public static void awaitEstablished(KubernetesClient admin) {
    CrdFiles.load().forEach(crd -> awaitEstablished(admin, crd));
  }

  private static void awaitEstablished(KubernetesClient admin, CustomResourceDefinition crd) {
    admin.resource(crd).waitUntilCondition(Definitions::isEstablished, 120, TimeUnit.SECONDS);
  }

  private static boolean isEstablished(CustomResourceDefinition seen) {
    return seen != null
        && seen.getStatus() != null
        && seen.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
