package io.tidegate.operator.serve;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelProviderSpec;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.compile.WorkloadSnapshot;
import io.tidegate.operator.compile.WorkloadSnapshot.SecretKey;
import io.tidegate.sidecar.config.Provider;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The secret values that a pod may have now. A snapshot says which it wants; whether it may have
 * them is asked of the newest objects each time, because a snapshot stays in force after a grant
 * was taken back. Values live in the caches' memory only. Reads caches, never blocks.
 */
public final class CredentialVault {
  /** The newest objects. */
  public interface Sources {
    Optional<ModelProvider> provider(ObjectKey key);

    /** Empty if the namespace is unknown. */
    Optional<Map<String, String>> namespaceLabels(String namespace);

    /** Decoded values of a Secret; empty if it does not exist or may not be handed out. */
    Optional<Map<String, String>> secret(ObjectKey key);
  }

  private final Sources sources;
  private final Set<String> grantedNamespaces;

  /**
   * @param grantedNamespaces whose Secrets the installation lets the operator read
   */
  public CredentialVault(Sources sources, Set<String> grantedNamespaces) {
    this.sources = sources;
    this.grantedNamespaces = Set.copyOf(grantedNamespaces);
  }

  /** By credential name, for a pod of this namespace under this snapshot. */
  public Map<String, String> valuesFor(String podNamespace, WorkloadSnapshot snapshot) {
    Map<String, String> values = new HashMap<>();
    for (Provider wanted : snapshot.snapshot().providers()) {
      if (wanted.credential() != null) {
        value(podNamespace, wanted, snapshot.credentials().get(wanted.credential()))
            .ifPresent(value -> values.put(wanted.credential(), value));
      }
    }
    return values;
  }

  /**
   * Of the Secret that the snapshot was compiled with: where an edit names another one, perhaps for
   * another endpoint, key and endpoint change together, with the snapshot that follows.
   *
   * @param compiled null if there was no such key
   */
  private Optional<String> value(String podNamespace, Provider wanted, SecretKey compiled) {
    ObjectKey key = new ObjectKey(wanted.object().namespace(), wanted.object().name());
    return sources
        .provider(key)
        .filter(provider -> provider.getSpec() != null)
        .filter(provider -> provider.getSpec().credentials() != null)
        .filter(provider -> allowed(provider, podNamespace))
        .flatMap(_ -> Optional.ofNullable(compiled))
        .filter(secret -> grantedNamespaces.contains(secret.namespace()))
        .flatMap(
            secret ->
                sources
                    .secret(new ObjectKey(secret.namespace(), secret.secret()))
                    .map(data -> data.get(secret.key()))
                    .map(String::strip));
  }

  private boolean allowed(ModelProvider provider, String podNamespace) {
    ModelProviderSpec.AllowedNamespaces allowed = provider.getSpec().allowedNamespaces();
    if (provider.getMetadata().getNamespace().equals(podNamespace)) {
      return true;
    }
    return switch (allowed.from()) {
      case Same -> false;
      case All -> true;
      case Selector ->
          allowed.selector() != null
              && sources
                  .namespaceLabels(podNamespace)
                  .filter(allowed.selector()::matches)
                  .isPresent();
    };
  }
}
