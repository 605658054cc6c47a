package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.tidegate.api.ModelProvider;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.reach.ApiConnection;
import io.tidegate.operator.reach.WatchKey;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Watches the ConfigMaps that providers name as CA bundles, one by one: a cluster's ConfigMaps are
 * many, and almost none is ours to read.
 */
final class CaBundles implements AutoCloseable {
  private final ApiConnection api;
  private final InstantSource clock;
  private final Runnable changed;
  private final Map<ObjectKey, Watched<ConfigMap, Map<String, String>>> watched = new HashMap<>();

  CaBundles(ApiConnection api, InstantSource clock, Runnable changed) {
    this.api = api;
    this.clock = clock;
    this.changed = changed;
  }

  /**
   * Watches what these providers name, and nothing else any more.
   *
   * @return completes once all that is watched anew is listed, or known not to be ours to read
   */
  synchronized CompletableFuture<Void> follow(Collection<ModelProvider> providers) {
    Set<ObjectKey> wanted = new HashSet<>();
    providers.forEach(provider -> name(provider, wanted));
    watched
        .entrySet()
        .removeIf(
            entry -> {
              boolean dropped = !wanted.contains(entry.getKey());
              if (dropped) {
                entry.getValue().close();
                api.liveness().forget(watch(entry.getKey()));
              }
              return dropped;
            });
    wanted.removeAll(watched.keySet());
    wanted.forEach(key -> watched.put(key, start(key)));
    return CompletableFuture.allOf(
        wanted.stream()
            .map(watched::get)
            .map(Watched::listedOrRefused)
            .toArray(CompletableFuture[]::new));
  }

  synchronized Map<ObjectKey, Map<String, String>> contents() {
    Map<ObjectKey, Map<String, String>> contents = new HashMap<>();
    watched.values().forEach(one -> contents.putAll(one.projections().snapshot()));
    return contents;
  }

  /** Those that the operator may not read. */
  synchronized Set<ObjectKey> refused() {
    return watched.entrySet().stream()
        .filter(one -> one.getValue().isRefused())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public synchronized void close() {
    watched.values().forEach(Watched::close);
    watched.clear();
  }

  private static void name(ModelProvider provider, Set<ObjectKey> wanted) {
    var tls = provider.getSpec() == null ? null : provider.getSpec().tls();
    if (tls != null && tls.caBundle() != null) {
      wanted.add(
          new ObjectKey(
              provider.getMetadata().getNamespace(), tls.caBundle().configMapRef().name()));
    }
  }

  private static WatchKey watch(ObjectKey key) {
    return WatchKey.of("configmaps", key.namespace(), key.name());
  }

  private Watched<ConfigMap, Map<String, String>> start(ObjectKey key) {
    api.liveness().remember(watch(key));
    return Watched.start(
        "ConfigMap " + key,
        api.client().configMaps().inNamespace(key.namespace()).withName(key.name()),
        ConfigMap::new,
        new Projections<>(
            map -> map.getData() == null ? Map.of() : Map.copyOf(map.getData()),
            clock,
            (_, _) -> changed.run()),
        new Refusals(1, changed));
  }
}
