package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The labels of a namespace; may block. */
@FunctionalInterface
public interface NamespaceLookup {
  Map<String, String> labelsOf(String namespace);

  /**
   * The cache's word where it has one, else the API server's: a namespace and its first pod may be
   * created within the time that an informer lags.
   */
  static NamespaceLookup cachedThenApi(
      Function<String, Optional<Map<String, String>>> cache, KubernetesClient client) {
    return name -> cache.apply(name).orElseGet(() -> fromApi(client, name));
  }

  private static Map<String, String> fromApi(KubernetesClient client, String name) {
    Namespace namespace = client.namespaces().withName(name).get();
    if (namespace == null || namespace.getMetadata().getLabels() == null) {
      return Map.of();
    }
    return namespace.getMetadata().getLabels();
  }
}
