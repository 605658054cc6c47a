package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The newest projection of every object of one kind. An event that leaves the projection equal (a
 * heartbeat, a status) tells nobody.
 *
 * @param <T> what the API server sends
 * @param <V> the part that matters; compared with {@code equals}
 */
final class Projections<T extends HasMetadata, V> implements ResourceEventHandler<T> {
  private final Function<T, V> projection;
  private final InstantSource clock;
  private final BiConsumer<ObjectKey, V> changed;
  private final Map<ObjectKey, V> values = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> listed = new CompletableFuture<>();
  private volatile Instant lastEvent;

  /**
   * @param changed called with the new value, or null after a deletion, on the informer's thread
   */
  Projections(Function<T, V> projection, InstantSource clock, BiConsumer<ObjectKey, V> changed) {
    this.projection = projection;
    this.clock = clock;
    this.changed = changed;
    this.lastEvent = clock.instant();
  }

  Optional<V> get(ObjectKey key) {
    return Optional.ofNullable(values.get(key));
  }

  Collection<V> values() {
    return values.values();
  }

  Map<ObjectKey, V> snapshot() {
    return Map.copyOf(values);
  }

  /** When the API server last sent anything; the start of watching before that. */
  Instant lastEvent() {
    return lastEvent;
  }

  /** Completes once everything that the first list held is in here. */
  CompletableFuture<Void> listed() {
    return listed;
  }

  @Override
  public void onList(String resourceVersion, boolean remainedEmpty) {
    lastEvent = clock.instant();
    listed.complete(null);
  }

  @Override
  public void onAdd(T object) {
    put(object);
  }

  @Override
  public void onUpdate(T before, T object) {
    put(object);
  }

  @Override
  public void onDelete(T object, boolean finalStateUnknown) {
    lastEvent = clock.instant();
    ObjectKey key = Keys.of(object);
    if (values.remove(key) != null) {
      changed.accept(key, null);
    }
  }

  private void put(T object) {
    lastEvent = clock.instant();
    ObjectKey key = Keys.of(object);
    V value = projection.apply(object);
    if (!value.equals(values.put(key, value))) {
      changed.accept(key, value);
    }
  }
}
