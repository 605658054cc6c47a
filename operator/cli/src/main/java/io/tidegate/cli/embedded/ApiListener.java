package io.tidegate.cli.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.vertx.ServerWebSocketHandler;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The embedded API's edge: HTTP/1.1 on one address, one bearer token. Requests leave the event loop
 * for a virtual thread each; watches are WebSockets and stay.
 */
final class ApiListener implements AutoCloseable {
  private final Vertx vertx;
  private final ObjectMapper mapper;
  private final ApiRequests requests;
  private final ObjectStore store;
  private final String expected;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  ApiListener(
      Vertx vertx, ObjectMapper mapper, ApiRequests requests, ObjectStore store, String token) {
    this.vertx = vertx;
    this.mapper = mapper;
    this.requests = requests;
    this.store = store;
    this.expected = "Bearer " + token;
  }

  /** Completes with the port that it listens on; fails when the address is taken. */
  CompletableFuture<Integer> listen(String host, int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setHttp2ClearTextEnabled(false)
            .setWebSocketClosingTimeout(1);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::onRequest)
        .listen()
        .map(HttpServer::actualPort)
        .toCompletionStage()
        .toCompletableFuture();
  }

  private void onRequest(HttpServerRequest request) {
    if (!expected.equals(request.getHeader("authorization"))) {
      send(request, new ApiRefusal(401, "Unauthorized", "Unauthorized").answer());
      return;
    }
    String upgrade = request.getHeader("upgrade");
    if (upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket")) {
      watch(request);
      return;
    }
    Context context = vertx.getOrCreateContext();
    request
        .body()
        .onFailure(e -> request.connection().close())
        .onSuccess(body -> workers.execute(() -> answer(context, request, body)));
  }

  private void answer(Context context, HttpServerRequest request, Buffer body) {
    ApiAnswer answer;
    try {
      answer =
          requests.handle(
              request.method().name(),
              request.uri(),
              request.getHeader("content-type"),
              body.getBytes());
    } catch (RuntimeException e) {
      answer = new ApiRefusal(500, "InternalError", "the embedded API failed: " + e).answer();
    }
    ApiAnswer done = answer;
    context.runOnContext(v -> send(request, done));
  }

  private void watch(HttpServerRequest request) {
    RecordedRequest recorded =
        new RecordedRequest(
            "HTTP_1_1",
            io.fabric8.mockwebserver.dsl.HttpMethod.GET,
            request.uri(),
            Headers.builder().addAll(request.headers()).build(),
            new io.fabric8.mockwebserver.http.Buffer());
    MockResponse response = store.watch(recorded);
    if (response.getWebSocketListener() == null) {
      send(request, ApiRefusal.badRequest("only watches are WebSockets here").answer());
      return;
    }
    request
        .toWebSocket()
        .onSuccess(new ServerWebSocketHandler(recorded, response))
        .onFailure(e -> request.connection().close());
  }

  private void send(HttpServerRequest request, ApiAnswer answer) {
    try {
      Buffer body = Buffer.buffer(mapper.writeValueAsBytes(answer.body()));
      request.response().setStatusCode(answer.code()).putHeader("content-type", "application/json");
      for (String warning : answer.warnings()) {
        request.response().headers().add("warning", "299 - \"" + warning.replace("\"", "'") + "\"");
      }
      request.response().end(body);
    } catch (JsonProcessingException e) {
      request.response().setStatusCode(500).end();
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
