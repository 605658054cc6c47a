package io.tidegate.e2e.operator;

import io.fabric8.kubernetes.client.Config;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A plain way to a real API server that answers in its place, and changes what watches bring, as
 * told. The rest passes as it is.
 */
final class FaultyApi implements AutoCloseable {
  private static final int MOST_BYTES = 16 * 1024 * 1024;

  /** What an API server says to a request that it does not serve now. */
  enum Refusal {
    Gone(410, "Expired"),
    TooManyRequests(429, "TooManyRequests"),
    InternalError(500, "InternalError"),
    Unavailable(503, "ServiceUnavailable");

    private final int code;
    private final String reason;

    Refusal(int code, String reason) {
      this.code = code;
      this.reason = reason;
    }

    private String status() {
      return """
      {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
       "message": "said by a test", "reason": "%s", "code": %d}
      """
          .formatted(reason, code);
    }
  }

  /** How the events of a watch come. */
  enum Delivery {
    Plain,
    /** Each one twice. */
    Twice,
    /** Each one, then the one before it again: an old state after a newer. */
    OldAgain
  }

  /**
   * A status that the API server took.
   *
   * @param version the object's resourceVersion with it
   */
  record StatusWrite(String path, long version) {
    static StatusWrite of(String path, Buffer object) {
      return new StatusWrite(
          path,
          Long.parseLong(
              object.toJsonObject().getJsonObject("metadata").getString("resourceVersion")));
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final URI target;
  private final HttpClient requests;
  private final WebSocketClient watches;
  private final HttpServer server;
  private final List<StatusWrite> statusWrites = new CopyOnWriteArrayList<>();
  private final Set<ServerWebSocket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> repeated = new ConcurrentHashMap<>();
  private final AtomicInteger plainWatches = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile Refusal refusal;
  private volatile Predicate<HttpServerRequest> refused = _ -> false;
  private volatile Delivery delivery = Delivery.Plain;

  FaultyApi(Config api) {
    target = URI.create(api.getMasterUrl());
    PemTrustOptions trust =
        new PemTrustOptions()
            .addCertValue(Buffer.buffer(Base64.getDecoder().decode(api.getCaCertData())));
    requests = vertx.createHttpClient(new HttpClientOptions().setSsl(true).setTrustOptions(trust));
    watches =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setSsl(true)
                .setTrustOptions(trust)
                .setMaxConnections(1_000)
                .setMaxFrameSize(MOST_BYTES)
                .setMaxMessageSize(MOST_BYTES));
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxWebSocketFrameSize(MOST_BYTES)
                    .setMaxWebSocketMessageSize(MOST_BYTES))
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .await();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** How many requests were refused since {@link #refuse}. */
  int refusals() {
    return refusals.get();
  }

  /** From now on these requests are answered so; those that are served already go on. */
  void refuse(Refusal with, Predicate<HttpServerRequest> which) {
    refusals.set(0);
    refusal = with;
    refused = which;
  }

  static boolean isWatch(HttpServerRequest request) {
    return "true".equals(request.getParam("watch"));
  }

  /** Ends every open watch in good order. */
  void closeWatches() {
    open.forEach(watch -> watch.close((short) 1000));
  }

  /** Every open watch is told so in its stream. */
  void sayInWatches(Refusal what) {
    String event = "{\"type\": \"ERROR\", \"object\": " + what.status() + "}";
    open.forEach(watch -> watch.writeTextMessage(event));
  }

  /** How events come from now on, also on watches that are open. */
  void deliver(Delivery how) {
    delivery = how;
  }

  /** In order. */
  List<StatusWrite> statusWrites() {
    return statusWrites;
  }

  /** How many events of a kind, by its plural, were sent again after a newer one. */
  int repeated(String plural) {
    return repeated.getOrDefault(plural, 0);
  }

  void heal() {
    refused = _ -> false;
    delivery = Delivery.Plain;
  }

  /** Watches that were asked for without a WebSocket: nobody would ping them. */
  int plainWatches() {
    return plainWatches.get();
  }

  private static boolean isUpgrade(HttpServerRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
  }

  private void handle(HttpServerRequest request) {
    if (isWatch(request) && !isUpgrade(request)) {
      plainWatches.incrementAndGet();
    }
    if (refused.test(request)) {
      refusals.incrementAndGet();
      request
          .response()
          .setStatusCode(refusal.code)
          .putHeader("Content-Type", "application/json")
          .putHeader("Retry-After", "1")
          .end(refusal.status());
    } else if (isUpgrade(request)) {
      watch(request);
    } else {
      forward(request);
    }
  }

  private void forward(HttpServerRequest request) {
    RequestOptions on =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(target.getHost())
            .setPort(target.getPort())
            .setURI(request.uri())
            .setHeaders(end2end(request.headers()));
    request
        .body()
        .compose(body -> requests.request(on).compose(out -> out.send(body)))
        .onSuccess(answer -> back(answer, request))
        .onFailure(_ -> request.connection().close());
  }

  private void back(HttpClientResponse answer, HttpServerRequest request) {
    request.response().setStatusCode(answer.statusCode());
    request.response().headers().addAll(end2end(answer.headers()));
    answer
        .body()
        .onFailure(_ -> request.connection().close())
        .onSuccess(
            body -> {
              if (answer.statusCode() == 200
                  && HttpMethod.PUT.equals(request.method())
                  && request.path().endsWith("/status")) {
                statusWrites.add(StatusWrite.of(request.path(), body));
              }
              request.response().end(body);
            });
  }

  private static MultiMap end2end(MultiMap headers) {
    MultiMap passed = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    for (String hop :
        new String[] {
          "Connection",
          "Host",
          "HTTP2-Settings",
          "Upgrade",
          "Transfer-Encoding",
          "Content-Length",
          "Sec-WebSocket-Key",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Extensions"
        }) {
      passed.remove(hop);
    }
    return passed;
  }

  private void watch(HttpServerRequest request) {
    request.pause();
    watches
        .connect(
            new WebSocketConnectOptions()
                .setHost(target.getHost())
                .setPort(target.getPort())
                .setURI(request.uri())
                .setHeaders(end2end(request.headers())))
        .onFailure(_ -> request.response().setStatusCode(502).end())
        .onSuccess(
            api -> {
              api.pause();
              request.toWebSocket().onSuccess(watcher -> relay(api, watcher));
              request.resume();
            });
  }

  private void relay(WebSocket api, ServerWebSocket watcher) {
    open.add(watcher);
    Deque<String> before = new ArrayDeque<>();
    api.textMessageHandler(event -> event(event, before, watcher));
    api.closeHandler(_ -> watcher.close());
    watcher.closeHandler(
        _ -> {
          open.remove(watcher);
          api.close();
        });
    api.resume();
  }

  private void event(String event, Deque<String> before, ServerWebSocket watcher) {
    watcher.writeTextMessage(event);
    switch (delivery) {
      case Plain -> {}
      case Twice -> watcher.writeTextMessage(event);
      case OldAgain -> {
        before.forEach(watcher::writeTextMessage);
        if (!before.isEmpty()) {
          repeated.merge(
              watcher.path().substring(watcher.path().lastIndexOf('/') + 1), 1, Integer::sum);
        }
      }
    }
    before.clear();
    before.add(event);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
