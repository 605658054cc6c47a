package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An informer and the projections it feeds. It tries again for ever, whatever the API server says.
 */
final class Watched<T extends HasMetadata, V> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  private final SharedIndexInformer<T> informer;
  private final Projections<T, V> projections;
  private final Refusals refusals;

  private Watched(
      SharedIndexInformer<T> informer, Projections<T, V> projections, Refusals refusals) {
    this.informer = informer;
    this.projections = projections;
    this.refusals = refusals;
  }

  /**
   * @param what the objects' plural, for the log
   * @param empty makes an object of the kind without content
   */
  static <T extends HasMetadata, V> Watched<T, V> start(
      String what, Informable<T> source, Supplier<T> empty, Projections<T, V> projections) {
    return start(what, source, empty, projections, Refusals.never());
  }

  /**
   * @param refusals is told what the API server refuses, until the first list
   */
  static <T extends HasMetadata, V> Watched<T, V> start(
      String what,
      Informable<T> source,
      Supplier<T> empty,
      Projections<T, V> projections,
      Refusals refusals) {
    SharedIndexInformer<T> informer =
        source
            .runnableInformer(0)
            .itemStore(new MetadataStore<>(empty))
            .exceptionHandler(
                (started, failure) -> {
                  tell(what, failure);
                  if (!projections.listed().isDone()) {
                    refusals.failed(failure);
                  }
                  return true;
                })
            .addEventHandler(projections);
    var unused = projections.listed().thenRun(refusals::granted);
    informer
        .start()
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                projections.listed().completeExceptionally(failure);
              }
            });
    return new Watched<>(informer, projections, refusals);
  }

  private static void tell(String what, Throwable failure) {
    if (Refusals.isForbidden(failure)) {
      LOG.warn(
          "The operator may not watch {} and tries again; next: see that its roles and their"
              + " bindings are as the chart has them: {}",
          what,
          failure.toString());
    } else {
      LOG.warn("Watching {} is interrupted and goes on: {}", what, failure.toString());
    }
  }

  Projections<T, V> projections() {
    return projections;
  }

  CompletableFuture<Void> listed() {
    return projections.listed();
  }

  /** Completes as {@link #listed} does, or once it is {@link #isRefused}. */
  CompletableFuture<Void> listedOrRefused() {
    return CompletableFuture.anyOf(listed(), refusals.refused()).thenRun(() -> {});
  }

  /** The API server lets the operator read none of it; false for good once it was listed. */
  boolean isRefused() {
    return refusals.refused().isDone() && !listed().isDone();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
