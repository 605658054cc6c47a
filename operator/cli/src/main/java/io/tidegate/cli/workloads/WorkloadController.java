package io.tidegate.cli.workloads;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reconciles every workload whenever one of them, or a pod, changes; informers only wake it. */
public final class WorkloadController implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadController.class);
  private static final long RETRY_SECONDS = 1;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("workloads").factory());
  private final AtomicBoolean queued = new AtomicBoolean();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final KubernetesClient client;
  private final OrphanStage orphans;
  private final DeploymentStage deployments;
  private final PodStage pods;

  private WorkloadController(KubernetesClient client) {
    this.client = client;
    this.orphans = new OrphanStage(client);
    this.deployments = new DeploymentStage(client);
    this.pods = new PodStage(client);
  }

  /**
   * @param client stays the caller's to close, after this
   */
  public static WorkloadController start(KubernetesClient client) {
    WorkloadController controller = new WorkloadController(client);
    controller.wakeOn(Deployment.class);
    controller.wakeOn(ReplicaSet.class);
    controller.wakeOn(StatefulSet.class);
    controller.wakeOn(Job.class);
    controller.wakeOn(Pod.class);
    return controller;
  }

  private <T extends HasMetadata> void wakeOn(Class<T> kind) {
    informers.add(client.resources(kind).inAnyNamespace().inform(new Waker<>()));
  }

  private void wake() {
    if (queued.compareAndSet(false, true)) {
      later(0);
    }
  }

  private void later(long seconds) {
    try {
      var unused = thread.schedule(this::reconcile, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("woken while closing");
    }
  }

  private void reconcile() {
    queued.set(false);
    try {
      orphans.reconcile();
      deployments.reconcile();
      pods.reconcile();
    } catch (KubernetesClientException e) {
      if (thread.isShutdown()) {
        return;
      }
      LOG.warn("workloads wait {} s: {}", RETRY_SECONDS, e.getMessage());
      if (queued.compareAndSet(false, true)) {
        later(RETRY_SECONDS);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    informers.forEach(SharedIndexInformer::close);
  }

  private final class Waker<T> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T added) {
      wake();
    }

    @Override
    public void onUpdate(T before, T after) {
      wake();
    }

    @Override
    public void onDelete(T deleted, boolean stateUnknown) {
      wake();
    }
  }
}
