package io.tidegate.operator.serve;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.operator.TestCluster;
import io.tidegate.operator.TokenReviews;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers TokenReviews, and knows one pod; each request first takes what {@link #next} says. */
final class FaultyApiServer implements AutoCloseable {
  /** What becomes of one request. */
  enum Fault {
    Answer,
    Silence,
    Reset,
    TooManyRequests,
    Unavailable,
    Forbidden
  }

  static final Pod POD = TestCluster.injected("team", "app");

  final Queue<Fault> next = new ConcurrentLinkedQueue<>();
  final AtomicInteger requests = new AtomicInteger();
  volatile Fault otherwise = Fault.Answer;
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final KubernetesClient client;

  FaultyApiServer() {
    server = vertx.createHttpServer().requestHandler(this::handle).listen(0, "127.0.0.1").await();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.actualPort())
                    .build())
            .build();
  }

  KubernetesClient client() {
    return client;
  }

  private void handle(HttpServerRequest request) {
    requests.incrementAndGet();
    Fault fault = next.poll();
    switch (fault == null ? otherwise : fault) {
      case Answer -> request.bodyHandler(body -> answer(request, body.toString()));
      case Silence -> request.pause();
      case Reset -> request.connection().close();
      case TooManyRequests ->
          request.response().setStatusCode(429).putHeader("Retry-After", "1").end();
      case Unavailable -> request.response().setStatusCode(503).end();
      case Forbidden -> request.response().setStatusCode(403).end();
    }
  }

  private static void answer(HttpServerRequest request, String body) {
    Object answer =
        request.path().endsWith("/tokenreviews")
            ? TokenReviews.answer(
                Serialization.unmarshal(body, TokenReview.class),
                token ->
                    token.equals(TestCluster.token("team", "app"))
                        ? POD.getMetadata().getUid()
                        : null)
            : POD;
    request
        .response()
        .setStatusCode(request.path().endsWith("/tokenreviews") ? 201 : 200)
        .putHeader("Content-Type", "application/json")
        .end(Serialization.asJson(answer));
  }

  @Override
  public void close() {
    client.close();
    vertx.close().await();
  }
}
