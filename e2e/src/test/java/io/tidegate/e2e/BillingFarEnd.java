package io.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A provider that keeps its own bill, and is unkind: it counts up to 1.6 times as many input tokens
 * as a quarter of the bytes, writes all of them to its cache, thinks at length, fails, and drops
 * connections. What it bills is what a real provider would: everything it read and generated, told
 * or not; an error answer costs nothing.
 */
final class BillingFarEnd implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private final Random random;
  private final AtomicLong billedPicoUsd = new AtomicLong();
  private final AtomicLong served = new AtomicLong();
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final long inputPico;
  private final long outputPico;

  /**
   * @param inputPico price of an input token; a cache write costs 1.25 times as much
   * @param outputPico price of an output token
   */
  BillingFarEnd(long seed, long inputPico, long outputPico) throws Exception {
    this.random = new Random(seed);
    this.inputPico = inputPico;
    this.outputPico = outputPico;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
  }

  int port() {
    return server.actualPort();
  }

  long billedPicoUsd() {
    return billedPicoUsd.get();
  }

  long served() {
    return served.get();
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              try {
                answer(request, body);
              } catch (IOException e) {
                request.response().setStatusCode(400).end(e.getMessage());
              }
            });
  }

  private void answer(HttpServerRequest request, Buffer body) throws IOException {
    JsonNode ask = JSON.readTree(body.getBytes());
    long cap = ask.path("max_completion_tokens").asLong(ask.path("max_tokens").asLong(-1));
    if (cap < 0) {
      request.response().setStatusCode(400).end("no cap was written into the request");
      return;
    }
    double luck = random.nextDouble();
    if (luck < 0.1) {
      request.response().setStatusCode(503).end("{\"error\":{\"message\":\"busy\"}}");
      return;
    }
    long input = (long) (body.length() / 4.0 * (1 + 0.6 * random.nextDouble()));
    long output = random.nextBoolean() ? cap : (long) (cap * random.nextDouble());
    served.incrementAndGet();
    if (luck < 0.2) {
      bill(input, output);
      request.connection().close();
    } else if (ask.path("stream").asBoolean()) {
      bill(input, output);
      stream(request, input, output, luck < 0.35);
    } else {
      bill(input, output);
      request.response().putHeader("content-type", "application/json").end(unary(input, output));
    }
  }

  private void bill(long input, long output) {
    billedPicoUsd.addAndGet(Math.ceilDiv(input * inputPico * 5, 4) + output * outputPico);
  }

  private static String usage(long input, long output) {
    return "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":%d},\"completion_tokens_details\":{\"reasoning_tokens\":%d}}"
        .formatted(input, output, input + output, input, output / 2);
  }

  private static String unary(long input, long output) {
    return "{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],"
        + usage(input, output)
        + "}";
  }

  private void stream(HttpServerRequest request, long input, long output, boolean breaks) {
    HttpServerResponse response = request.response();
    response.setChunked(true).putHeader("content-type", "text/event-stream");
    int[] left = {1 + random.nextInt(5)};
    vertx.setPeriodic(
        2,
        timer -> {
          if (response.closed()) {
            vertx.cancelTimer(timer);
          } else if (left[0]-- > 0) {
            response.write(
                "data:"
                    + " {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}],\"usage\":null}\n\n");
          } else {
            vertx.cancelTimer(timer);
            if (breaks) {
              request.connection().close();
            } else {
              response.write(
                  "data: {\"id\":\"x\",\"choices\":[]," + usage(input, output) + "}\n\n");
              response.end("data: [DONE]\n\n");
            }
          }
        });
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }
}
