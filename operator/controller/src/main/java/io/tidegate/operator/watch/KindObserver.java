package io.tidegate.operator.watch;

import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A reconciler that only observes: the line behind it is level-based and reads the whole cache. It
 * hands on when a spec changed, came or went; a status that changed, our own included, is in the
 * cache and tells nobody.
 */
abstract class KindObserver<R extends CustomResource<?, ?>> implements Reconciler<R> {
  private final InstantSource clock;
  private final Runnable changed;
  private final AtomicReference<IndexedResourceCache<R>> cache = new AtomicReference<>();
  private final Map<ResourceID, Stamp> stamps = new ConcurrentHashMap<>();
  private volatile Instant lastEvent;

  /** Changes with every change of the spec, and with an object that replaced one of its name. */
  private record Stamp(String uid, Long generation) {
    static Stamp of(CustomResource<?, ?> resource) {
      return new Stamp(resource.getMetadata().getUid(), resource.getMetadata().getGeneration());
    }
  }

  KindObserver(InstantSource clock, Runnable changed) {
    this.clock = clock;
    this.changed = changed;
    this.lastEvent = clock.instant();
  }

  @Override
  public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    cache.set(context.getPrimaryCache());
    return List.of();
  }

  @Override
  public UpdateControl<R> reconcile(R resource, Context<R> context) {
    lastEvent = clock.instant();
    ResourceID id = ResourceID.fromResource(resource);
    Stamp now = context.isPrimaryResourceDeleted() ? null : Stamp.of(resource);
    Stamp before = now == null ? stamps.remove(id) : stamps.put(id, now);
    if (now == null || !now.equals(before)) {
      changed.run();
    }
    return UpdateControl.noUpdate();
  }

  /** All objects, as the informer has them; not to be changed. */
  List<R> list() {
    return cache.get().list().toList();
  }

  Optional<R> get(ObjectKey key) {
    return cache.get().get(new ResourceID(key.name(), key.namespace()));
  }

  Instant lastEvent() {
    return lastEvent;
  }
}
