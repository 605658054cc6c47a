package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.OperatorProcess;
import io.tidegate.operator.StubSidecar;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Stub sidecars by the thousand, on real streams with tokens of real pods, that acknowledge what
 * they get; and how long an edit takes to each of them. Several share a pod where pods are dear.
 */
final class Fleet implements AutoCloseable {
  /** Sidecars come back with jitter, not all in one moment. */
  private static final int AT_ONCE = 50;

  private final Vertx vertx = Vertx.vertx();
  private final Installation installation;
  private final OperatorChild operator;
  private final String namespace;
  private final List<StubSidecar> sidecars = new ArrayList<>();
  private final Moments arrivals;
  private final Moments answers;
  private final HttpClientAgent client;
  private int cap = 100;

  private Fleet(Installation installation, OperatorChild operator, int size) {
    this.installation = installation;
    this.operator = operator;
    this.namespace = installation.governedNamespace("fleet");
    this.arrivals = new Moments(size);
    this.answers = new Moments(size);
    this.client = vertx.createHttpClient(StubSidecar.trusting(operator.caPem));
  }

  /** Makes the pods and connects the sidecars; returns once each runs its configuration. */
  static Fleet connect(Installation installation, OperatorChild operator, int pods, int size)
      throws InterruptedException {
    Fleet fleet = new Fleet(installation, operator, size);
    installation.policy(fleet.namespace, fleet.cap);
    List<String> tokens = fleet.tokens(pods);
    for (int i = 0; i < size; i += AT_ONCE) {
      int first = i;
      Future.all(
              IntStream.range(first, Math.min(size, first + AT_ONCE))
                  .mapToObj(each -> fleet.connectOne(each, tokens.get(each % pods)))
                  .toList())
          .await();
    }
    fleet.awaitAcknowledged(1);
    return fleet;
  }

  private Future<?> connectOne(int index, String token) {
    StubSidecar sidecar =
        new StubSidecar(client, operator.address, OperatorProcess.TLS_PORT)
            .acknowledging()
            .telling(_ -> arrivals.now(index))
            .hearing(
                status -> {
                  if (status == 204) {
                    answers.now(index);
                  }
                });
    sidecars.add(sidecar);
    return sidecar
        .connectLater(token, null)
        .compose(
            answer ->
                answer.statusCode() == 200
                    ? Future.succeededFuture()
                    : Future.failedFuture("sidecar " + index + ": " + answer.statusCode()));
  }

  private List<String> tokens(int pods) throws InterruptedException {
    // The first finds out when the webhook answers.
    List<Pod> made = new ArrayList<>(List.of(installation.pods.running(namespace, "pod-0")));
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        KubernetesClient kubelet = installation.pods.kubelet()) {
      made.addAll(
          all(
              threads,
              IntStream.range(1, pods)
                  .<java.util.concurrent.Callable<Pod>>mapToObj(
                      i -> () -> installation.pods.running(namespace, "pod-" + i))
                  .toList()));
      return all(
          threads,
          made.stream()
              .<java.util.concurrent.Callable<String>>map(
                  pod -> () -> installation.pods.kubeletToken(kubelet, pod, "tidegate-operator"))
              .toList());
    }
  }

  private static <T> List<T> all(
      ExecutorService threads, List<java.util.concurrent.Callable<T>> tasks)
      throws InterruptedException {
    List<T> results = new ArrayList<>();
    for (var done : threads.invokeAll(tasks)) {
      results.add(done.resultNow());
    }
    return results;
  }

  /**
   * Edits the route, and waits until each sidecar has it and knows that its acknowledgement came.
   */
  Edit edit() {
    long arrived = arrivals.count() + sidecars.size();
    long answered = answers.count() + sidecars.size();
    long start = System.nanoTime();
    installation.route(namespace, ++cap);
    until(() -> arrived - arrivals.count() + " lack it", () -> arrivals.count() >= arrived);
    until(
        () -> answered - answers.count() + " acknowledgements have no answer",
        () -> answers.count() >= answered);
    return new Edit(arrivals.since(start), answers.since(start));
  }

  /**
   * Since the API server was asked for it, in milliseconds, sorted.
   *
   * @param arrivals how long it took to each sidecar
   * @param acknowledgements how long until each knew that the operator has its acknowledgement
   */
  record Edit(double[] arrivals, double[] acknowledgements) {}

  /** When something happened to each sidecar last. */
  private static final class Moments {
    private final AtomicLongArray last;
    private final LongAdder count = new LongAdder();

    Moments(int size) {
      last = new AtomicLongArray(size);
    }

    void now(int index) {
      last.set(index, System.nanoTime());
      count.increment();
    }

    long count() {
      return count.sum();
    }

    double[] since(long start) {
      return IntStream.range(0, last.length())
          .mapToDouble(i -> (last.get(i) - start) / 1e6)
          .sorted()
          .toArray();
    }
  }

  /** Waits until the operator counted each sidecar's word on each of so many configurations. */
  void awaitAcknowledged(int configurations) {
    long all = (long) sidecars.size() * configurations;
    until(
        () -> operator.metric("tidegate_operator_acknowledgements_total") + " of " + all,
        () -> operator.metric("tidegate_operator_acknowledgements_total") >= all);
  }

  /** What each sidecar got, in the order in which it came. */
  List<List<StreamFrame.Configuration>> configurations() {
    return sidecars.stream().map(StubSidecar::configurations).toList();
  }

  /** The output cap of the newest edit. */
  int cap() {
    return cap;
  }

  static double percentile(double[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  static String spread(double[] sorted) {
    return "p50 %.0f ms, p99 %.0f ms, last %.0f ms"
        .formatted(percentile(sorted, 50), percentile(sorted, 99), sorted[sorted.length - 1]);
  }

  /** Both, sorted. */
  static double[] join(double[] some, double[] more) {
    double[] joined = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, joined, some.length, more.length);
    Arrays.sort(joined);
    return joined;
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
