package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.reach.Patience;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The definitions of our kinds, without which there is nothing to watch. */
public final class Definitions {
  private final KubernetesClient client;

  public Definitions(KubernetesClient client) {
    this.client = client;
  }

  /** Blocks until the API server knows all of them; says meanwhile which it lacks. */
  public void await(Patience patience) {
    int tries = 0;
    for (Optional<String> lack = patience.ask("our kinds", this::lack);
        lack.isPresent();
        lack = patience.ask("our kinds", this::lack)) {
      patience.pause(tries++, lack.get());
    }
  }

  /** Which the API server lacks, and what to do about it; empty: none. Blocks. */
  Optional<String> lack() {
    List<String> missing = missing();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The cluster lacks the definitions "
                + String.join(", ", missing)
                + "; next: helm install tidegate-crds charts/tidegate-crds --namespace "
                + "tidegate-system, or kubectl apply --server-side --filename crds/generated");
  }

  /** Names of CustomResourceDefinitions. */
  private List<String> missing() {
    return Stream.of(
            ModelProvider.class,
            ModelRoute.class,
            TenantBudget.class,
            PromptVersion.class,
            SidecarProfile.class)
        .filter(kind -> !isKnown(kind))
        .map(HasMetadata::getFullResourceName)
        .toList();
  }

  private <T extends HasMetadata> boolean isKnown(Class<T> kind) {
    try {
      client.resources(kind).inAnyNamespace().list(new ListOptionsBuilder().withLimit(1L).build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
