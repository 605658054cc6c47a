package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a sidecar for every injected pod and tells the API how each pod is. Pods without a sidecar
 * are said to run, since nothing of them runs here. A sidecar that ends is started again.
 */
public final class SidecarFleet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SidecarFleet.class);
  private static final Duration PROBE_EVERY = Duration.ofMillis(100);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** A sidecar's files are there before it starts; this says when they are due again. */
  private static final Duration FIRST_REFRESH = Duration.ofSeconds(10);

  /** Who wants to know when a pod's sidecar came up, went or failed. */
  public interface Listener {
    /** The pod's sidecar answers ready. */
    void ready(LocalPod pod);

    /** The pod is gone and its sidecar with it. */
    void gone(LocalPod pod);

    /** A sidecar could not start or ended by itself; the sentence ends with its last words. */
    void failed(String sentence);
  }

  private final KubernetesClient client;
  private final LoopbackNetwork network;
  private final RunDirectory run;
  private final String classPath;
  private final Listener listener;
  private final PodStatuses statuses;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Uids of the pods that are there, with and without sidecar; of the one thread alone. */
  private final Set<String> wanted = new HashSet<>();

  private final Map<String, SidecarProcess> byUid = new ConcurrentHashMap<>();
  private final Map<String, LocalPod> ready = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sidecars").factory());
  private SharedIndexInformer<Pod> pods;

  /**
   * @param client stays the caller's to close, after this
   * @param classPath of the sidecar, and of this class
   */
  public SidecarFleet(
      KubernetesClient client,
      LoopbackNetwork network,
      RunDirectory run,
      String classPath,
      Listener listener,
      InstantSource clock) {
    this.client = client;
    this.network = network;
    this.run = run;
    this.classPath = classPath;
    this.listener = listener;
    this.statuses = new PodStatuses(client, clock);
  }

  public void start() {
    pods = client.pods().inAnyNamespace().inform(new Pods());
  }

  /** The pods whose sidecars answer ready, by namespace and name. */
  public List<LocalPod> running() {
    return ready.values().stream()
        .sorted(Comparator.comparing(LocalPod::namespace).thenComparing(LocalPod::name))
        .toList();
  }

  private void added(Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() == null
        && wanted.add(pod.getMetadata().getUid())) {
      String address = network.next();
      try {
        furnish(pod, address);
      } catch (KubernetesClientException e) {
        tellFailure(e);
        later(RETRY_AFTER, () -> furnishAgain(pod, address));
      }
    }
  }

  private void furnishAgain(Pod pod, String address) {
    if (wanted.contains(pod.getMetadata().getUid())) {
      try {
        furnish(pod, address);
      } catch (KubernetesClientException e) {
        LOG.debug("the API server still refuses", e);
        later(RETRY_AFTER, () -> furnishAgain(pod, address));
      }
    }
  }

  private void furnish(Pod pod, String address) {
    if (LocalPod.sidecar(pod).isEmpty()) {
      if (pod.getStatus() == null || pod.getStatus().getPodIP() == null) {
        statuses.set(pod, address, true);
      }
      return;
    }
    try {
      statuses.set(pod, address, false);
      SidecarProcess sidecar =
          SidecarProcess.prepare(
              client, pod, workload(pod), address, network.hostsFile(), run, classPath);
      String uid = pod.getMetadata().getUid();
      byUid.put(uid, sidecar);
      launch(uid, sidecar);
      later(FIRST_REFRESH, () -> refresh(uid));
    } catch (IOException | IllegalArgumentException e) {
      listener.failed("the sidecar of pod " + title(pod) + " cannot start: " + e.getMessage());
    }
  }

  /** Tries for as long as the pod is there. */
  private void launch(String uid, SidecarProcess sidecar) {
    if (byUid.get(uid) != sidecar) {
      return;
    }
    try {
      sidecar.start();
    } catch (IOException e) {
      later(RETRY_AFTER, () -> launch(uid, sidecar));
      listener.failed(
          "the sidecar of pod %s cannot start and is tried again: %s"
              .formatted(title(sidecar.local().pod()), e.getMessage()));
      return;
    }
    sidecar.onExit(() -> later(Duration.ZERO, () -> ended(uid, sidecar)));
    later(PROBE_EVERY, () -> probe(uid, sidecar));
  }

  private void ended(String uid, SidecarProcess sidecar) {
    if (byUid.get(uid) != sidecar) {
      return;
    }
    ready.remove(uid);
    later(RETRY_AFTER, () -> launch(uid, sidecar));
    listener.failed(
        "the sidecar of pod %s ended and is started again; its last words:%n    %s"
            .formatted(title(sidecar.local().pod()), sidecar.lastWords()));
    say(uid, sidecar);
  }

  private void probe(String uid, SidecarProcess sidecar) throws InterruptedException {
    if (byUid.get(uid) != sidecar || !sidecar.isAlive()) {
      return;
    }
    if (sidecar.isReady(http)) {
      ready.put(uid, sidecar.local());
      listener.ready(sidecar.local());
      say(uid, sidecar);
    } else {
      later(PROBE_EVERY, () -> probe(uid, sidecar));
    }
  }

  /** Tells the API how the pod is by now, for as long as it takes. */
  private void say(String uid, SidecarProcess sidecar) {
    if (byUid.get(uid) != sidecar) {
      return;
    }
    try {
      statuses.set(sidecar.local().pod(), sidecar.local().address(), ready.containsKey(uid));
    } catch (KubernetesClientException e) {
      later(RETRY_AFTER, () -> say(uid, sidecar));
      tellFailure(e);
    }
  }

  private void refresh(String uid) throws IOException {
    SidecarProcess sidecar = byUid.get(uid);
    if (sidecar == null) {
      return;
    }
    Duration next = RETRY_AFTER;
    try {
      next = sidecar.refreshFiles();
    } finally {
      later(next, () -> refresh(uid));
    }
  }

  private void removed(Pod pod) throws IOException {
    String uid = pod.getMetadata().getUid();
    wanted.remove(uid);
    SidecarProcess sidecar = byUid.remove(uid);
    LocalPod was = ready.remove(uid);
    if (sidecar != null) {
      sidecar.stop();
    }
    if (was != null) {
      listener.gone(was);
    }
  }

  private String workload(Pod pod) {
    List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
    if (owners.isEmpty()) {
      return pod.getMetadata().getName();
    }
    OwnerReference owner = owners.getFirst();
    if (!owner.getKind().equals("ReplicaSet")) {
      return owner.getName();
    }
    ReplicaSet set =
        client
            .apps()
            .replicaSets()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(owner.getName())
            .get();
    return set == null || set.getMetadata().getOwnerReferences().isEmpty()
        ? owner.getName()
        : set.getMetadata().getOwnerReferences().getFirst().getName();
  }

  private static String title(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  private void later(Duration after, Step step) {
    try {
      var unused = thread.schedule(() -> guarded(step), after.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("a step came while closing");
    }
  }

  private void guarded(Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | KubernetesClientException e) {
      tellFailure(e);
    }
  }

  private void tellFailure(Exception e) {
    if (!thread.isShutdown()) {
      listener.failed("a pod's processes or files could not be changed: " + e.getMessage());
    }
  }

  /** Ends every sidecar. */
  @Override
  public void close() throws IOException {
    if (pods != null) {
      pods.close();
    }
    thread.shutdownNow();
    List<SidecarProcess> all = List.copyOf(byUid.values());
    byUid.clear();
    try (var stops = Executors.newVirtualThreadPerTaskExecutor()) {
      for (SidecarProcess sidecar : all) {
        stops.execute(() -> end(sidecar));
      }
    }
    http.close();
  }

  private static void end(SidecarProcess sidecar) {
    try {
      sidecar.stop();
    } catch (IOException e) {
      LOG.warn("files of {} stay: {}", sidecar.local().name(), e.getMessage());
    }
  }

  private final class Pods implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      later(Duration.ZERO, () -> added(pod));
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
      if (after.getMetadata().getDeletionTimestamp() != null) {
        later(Duration.ZERO, () -> removed(after));
      }
    }

    @Override
    public void onDelete(Pod pod, boolean stateUnknown) {
      later(Duration.ZERO, () -> removed(pod));
    }
  }
}
