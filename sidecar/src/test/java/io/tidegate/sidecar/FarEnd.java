package io.tidegate.sidecar;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * A provider of the tests' making: keeps what reached it, answers by script. Steps are used up one
 * a request; the last one stays.
 */
final class FarEnd implements AutoCloseable {
  /**
   * @param uri path and query
   */
  record Seen(String uri, MultiMap headers, Buffer body) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger hungUp = new AtomicInteger();
  private final Queue<BiConsumer<Seen, HttpServerResponse>> script = new LinkedBlockingQueue<>();
  private final HttpServer server;

  private FarEnd(HttpServer server) {
    this.server = server;
  }

  static FarEnd start(Vertx vertx) throws Exception {
    HttpServer server = vertx.createHttpServer();
    FarEnd farEnd = new FarEnd(server);
    server.requestHandler(farEnd::accept);
    CallRig.await(server.listen(0, "127.0.0.1"));
    return farEnd;
  }

  FarEnd then(BiConsumer<Seen, HttpServerResponse> step) {
    script.add(step);
    return this;
  }

  FarEnd thenJson(int status, String body) {
    return then(
        (seen, response) ->
            response.setStatusCode(status).putHeader("content-type", "application/json").end(body));
  }

  /** Head and this body, each part written on its own. */
  FarEnd thenStream(List<String> parts) {
    return then(
        (seen, response) -> {
          response.putHeader("content-type", "text/event-stream").setChunked(true);
          parts.forEach(response::write);
          response.end();
        });
  }

  static Handler<Void> nothing() {
    return ignored -> {};
  }

  private void accept(HttpServerRequest request) {
    request.response().closeHandler(closed -> hungUp.incrementAndGet());
    request
        .body()
        .onSuccess(
            body -> {
              Seen one = new Seen(request.uri(), request.headers(), body);
              seen.add(one);
              BiConsumer<Seen, HttpServerResponse> step =
                  script.size() > 1 ? script.remove() : script.peek();
              step.accept(one, request.response());
            });
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  Seen only() {
    if (seen.size() != 1) {
      throw new AssertionError("expected one request, saw " + seen);
    }
    return seen.getFirst();
  }

  @Override
  public void close() throws Exception {
    CallRig.await(server.close());
  }
}
