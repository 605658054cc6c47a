package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tidegate.cli.CrdFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back when the operator says something else of any object: what it says of one may change
 * because another was edited or deleted. Several changes at once are one call, on a thread of its
 * own.
 */
final class ConditionWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConditionWatch.class);

  /** What an edit makes wrong for a moment, until its other files are applied, is not told. */
  private static final long QUIET_MILLIS = 200;

  private final Runnable changed;
  private final ObjectMapper mapper = new ObjectMapper();
  private final AtomicBoolean due = new AtomicBoolean();
  private final List<SharedIndexInformer<GenericKubernetesResource>> informers = new ArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("conditions").factory());

  private ConditionWatch(Runnable changed) {
    this.changed = changed;
  }

  /**
   * @param client stays the caller's to close, after this
   */
  static ConditionWatch start(KubernetesClient client, Runnable changed) {
    ConditionWatch watch = new ConditionWatch(changed);
    CrdFiles.load()
        .forEach(
            definition ->
                watch.informers.add(
                    client
                        .genericKubernetesResources(
                            CustomResourceDefinitionContext.fromCrd(definition))
                        .inAnyNamespace()
                        .inform(watch.new Objects())));
    return watch;
  }

  private void changed() {
    if (due.compareAndSet(false, true)) {
      try {
        var unused = thread.schedule(this::call, QUIET_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("a condition changed while closing");
      }
    }
  }

  private void call() {
    due.set(false);
    try {
      changed.run();
    } catch (RuntimeException e) {
      if (!thread.isShutdown()) {
        LOG.warn("what the operator says could not be looked at: {}", e.getMessage());
      }
    }
  }

  private JsonNode conditions(GenericKubernetesResource object) {
    JsonNode whole = mapper.valueToTree(object);
    return whole.path("status").path("conditions");
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
    thread.shutdownNow();
  }

  private final class Objects implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource added) {
      changed();
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      if (!conditions(before).equals(conditions(after))) {
        changed();
      }
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean stateUnknown) {
      changed();
    }
  }
}
