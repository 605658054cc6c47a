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

  private Watched(SharedIndexInformer<T> informer, Projections<T, V> projections) {
    this.informer = informer;
    this.projections = projections;
  }

  /**
   * @param what the objects' plural, for the log
   * @param empty makes an object of the kind without content
   */
  static <T extends HasMetadata, V> Watched<T, V> start(
      String what, Informable<T> source, Supplier<T> empty, Projections<T, V> projections) {
    SharedIndexInformer<T> informer =
        source
            .runnableInformer(0)
            .itemStore(new MetadataStore<>(empty))
            .exceptionHandler(
                (started, failure) -> {
                  LOG.warn("Watching {} is interrupted and goes on: {}", what, failure.toString());
                  return true;
                })
            .addEventHandler(projections);
    informer
        .start()
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                projections.listed().completeExceptionally(failure);
              }
            });
    return new Watched<>(informer, projections);
  }

  Projections<T, V> projections() {
    return projections;
  }

  CompletableFuture<Void> listed() {
    return projections.listed();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
