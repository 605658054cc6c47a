package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The labels of a namespace; may block. */
@FunctionalInterface
public interface NamespaceLookup {
  Map<String, String> labelsOf(String namespace);

  /** The same as of now, for where {@link #labelsOf} cannot be what the API server goes by. */
  default Map<String, String> newestLabelsOf(String namespace) {
    return labelsOf(namespace);
  }

  /**
   * The cache's word where it has one, else the API server's: a namespace and its first pod may be
   * created within the time that an informer lags.
   *
   * @param client gives up while the API server still waits for the review
   */
  static NamespaceLookup cachedThenApi(
      Function<String, Optional<Map<String, String>>> cache, KubernetesClient client) {
    return new CachedThenApi(cache, client);
  }

  /** See {@link #cachedThenApi}. */
  record CachedThenApi(
      Function<String, Optional<Map<String, String>>> cache, KubernetesClient client)
      implements NamespaceLookup {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceLookup.class);

    @Override
    public Map<String, String> labelsOf(String name) {
      return cache.apply(name).orElseGet(() -> fromApi(name));
    }

    @Override
    public Map<String, String> newestLabelsOf(String name) {
      try {
        return fromApi(name);
      } catch (KubernetesClientException e) {
        LOG.warn(
            "The labels of namespace {} are taken from the cache, which may be behind: {}",
            name,
            e.toString());
        return cache.apply(name).orElse(Map.of());
      }
    }

    private Map<String, String> fromApi(String name) {
      Namespace namespace = client.namespaces().withName(name).get();
      if (namespace == null || namespace.getMetadata().getLabels() == null) {
        return Map.of();
      }
      return namespace.getMetadata().getLabels();
    }
  }
}
