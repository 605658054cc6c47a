package io.tidegate.e2e.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * A model provider that costs as little as possible: fixed answers, and streams whose chunks carry
 * the monotonic time at which they were written.
 */
public final class FarEnd {
  /** Between two chunks of a stream. */
  static final long CHUNK_MILLIS = 50;

  private static final String PAD = "x".repeat(200);
  private final Vertx vertx;

  private FarEnd(Vertx vertx) {
    this.vertx = vertx;
  }

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    FarEnd farEnd = new FarEnd(vertx);
    vertx
        .createHttpServer()
        .requestHandler(farEnd::answer)
        .listen(Integer.parseInt(args[0]), "127.0.0.1")
        .onFailure(
            e -> {
              System.err.println(e.getMessage());
              System.exit(1);
            });
  }

  private void answer(HttpServerRequest request) {
    String size = request.getHeader("x-bench-answer");
    request.body().onSuccess(body -> answer(request.response(), size, body));
  }

  private void answer(HttpServerResponse response, String size, Buffer body) {
    if (body.toString().contains("\"stream\":true")) {
      stream(response, Integer.parseInt(size));
    } else {
      response.putHeader("content-type", "application/json").end(unary(Integer.parseInt(size)));
    }
  }

  private static Buffer unary(int bytes) {
    return Buffer.buffer(
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\""
            + "y".repeat(bytes)
            + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,"
            + "\"total_tokens\":30}}");
  }

  private void stream(HttpServerResponse response, int chunks) {
    response.setChunked(true).putHeader("content-type", "text/event-stream");
    response.writeHead();
    int[] left = {chunks};
    vertx.setPeriodic(
        CHUNK_MILLIS,
        id -> {
          if (response.closed()) {
            vertx.cancelTimer(id);
          } else if (left[0]-- > 0) {
            response.write(chunk());
          } else {
            vertx.cancelTimer(id);
            response.end("data: [DONE]\n\n");
          }
        });
  }

  private static Buffer chunk() {
    return Buffer.buffer(
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"t\":"
            + System.nanoTime()
            + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
            + PAD
            + "\"}}]}\n\n");
  }
}
