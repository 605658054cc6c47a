package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What an informer must keep to notice changes (name, uid, resourceVersion), and nothing more: the
 * parts that matter live in {@link Projections}, so a pod costs some hundred bytes and not its
 * whole specification.
 */
final class MetadataStore<T extends HasMetadata> implements ItemStore<T> {
  private final Map<String, T> items = new ConcurrentHashMap<>();
  private final Supplier<T> empty;

  /**
   * @param empty makes an object of the kind without content
   */
  MetadataStore(Supplier<T> empty) {
    this.empty = empty;
  }

  @Override
  public String getKey(T item) {
    return Keys.of(item).toString();
  }

  @Override
  public T put(String key, T item) {
    T kept = empty.get();
    kept.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(item.getMetadata().getNamespace())
            .withName(item.getMetadata().getName())
            .withUid(item.getMetadata().getUid())
            .withResourceVersion(item.getMetadata().getResourceVersion())
            .build());
    return items.put(key, kept);
  }

  @Override
  public T remove(String key) {
    return items.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return items.values().stream();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public T get(String key) {
    return items.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
