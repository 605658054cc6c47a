package io.tidegate.operator.admit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Reviews of pods at a steady rate, as an API server asks for them, a few at once at most. Each is
 * timed from the moment at which it was due, so that one that waits for another counts too.
 */
public final class AdmissionLoad {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TICK_MILLIS = 5;

  /** A machine that cannot keep up is not to be buried. */
  private static final int MOST_AT_ONCE = 8;

  private static final String REVIEW =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",
       "kind":{"group":"","version":"v1","kind":"Pod"},
       "resource":{"group":"","version":"v1","resource":"pods"},"operation":"CREATE",
       "namespace":"NAMESPACE","object":{"apiVersion":"v1","kind":"Pod",
       "metadata":{"generateName":"web-","labels":{"tidegate.io/inject":"enabled"}},
       "spec":{"containers":[{"name":"app","image":"acme/web:1",
        "env":[{"name":"A","value":"b"}],"resources":{"requests":{"cpu":"1"}}},
        {"name":"helper","image":"acme/helper:1"}],"volumes":[]}}}}
      """;

  private final Vertx vertx;
  private final Supplier<HttpClient> client;
  private final String host;
  private final int port;
  private final Buffer review;
  private final Queue<Future<Double>> reviews = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Promise<Void> ended = Promise.promise();
  private volatile boolean over;

  /**
   * @param client asked for each review
   * @param namespace of the pods
   */
  public AdmissionLoad(
      Vertx vertx, Supplier<HttpClient> client, String host, int port, String namespace) {
    this.vertx = vertx;
    this.client = client;
    this.host = host;
    this.port = port;
    this.review = Buffer.buffer(REVIEW.replace("NAMESPACE", namespace));
  }

  /** Begins; returns at once. */
  public AdmissionLoad start(int perSecond) {
    long start = System.nanoTime();
    long every = 1_000_000_000L / perSecond;
    long[] sent = {0};
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> {
          if (over) {
            vertx.cancelTimer(timer);
            ended.complete();
            return;
          }
          long due = start + sent[0] * every;
          while (due <= System.nanoTime() && underWay.get() < MOST_AT_ONCE) {
            underWay.incrementAndGet();
            reviews.add(review(due).onComplete(_ -> underWay.decrementAndGet()));
            sent[0]++;
            due += every;
          }
        });
    return this;
  }

  private Future<Double> review(long due) {
    return client
        .get()
        .request(HttpMethod.POST, port, host, "/admit/inject")
        .compose(this::send)
        .map(
            answer -> {
              double millis = (System.nanoTime() - due) / 1e6;
              requirePatch(answer);
              return millis;
            });
  }

  private Future<Buffer> send(HttpClientRequest request) {
    return request
        .putHeader("content-type", "application/json")
        .send(review)
        .compose(HttpClientResponse::body);
  }

  private static void requirePatch(Buffer answer) {
    try {
      JsonNode response = JSON.readTree(answer.getBytes()).path("response");
      if (!response.path("allowed").asBoolean() || !response.has("patch")) {
        throw new IllegalStateException("not injected: " + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends it; fails as the first review that failed.
   *
   * @return how long the reviews took, in milliseconds, sorted
   */
  public double[] stop() {
    Outcome outcome = end();
    if (!outcome.failures().isEmpty()) {
      throw new IllegalStateException("a review failed", outcome.failures().getFirst());
    }
    return outcome.millis();
  }

  /** Ends it. */
  public Outcome end() {
    over = true;
    ended.future().await();
    List<Future<Double>> all = new ArrayList<>(reviews);
    Future.join(all).otherwiseEmpty().await();
    return new Outcome(
        all.stream().filter(Future::succeeded).mapToDouble(Future::result).sorted().toArray(),
        all.stream().filter(Future::failed).map(Future::cause).toList());
  }

  /**
   * What became of the reviews.
   *
   * @param millis how long those took that were answered with a patch, sorted
   */
  public record Outcome(double[] millis, List<Throwable> failures) {}
}
