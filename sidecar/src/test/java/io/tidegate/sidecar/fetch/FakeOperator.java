package io.tidegate.sidecar.fetch;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The operator's end of the stream: a TLS server that says what the test tells it to. */
final class FakeOperator implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final HttpServer server;
  private final BlockingQueue<Connected> streams = new LinkedBlockingQueue<>();
  private final BlockingQueue<JsonObject> acknowledgements = new LinkedBlockingQueue<>();
  private final BlockingQueue<JsonObject> spend = new LinkedBlockingQueue<>();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger connects = new AtomicInteger();
  final AtomicInteger failPosts = new AtomicInteger();
  volatile int failedPostStatus = 401;
  volatile boolean silentPosts;
  volatile int streamStatus = 200;
  volatile String refusal = "no such pod";
  volatile String retryAfter;

  FakeOperator(Vertx vertx, Certificates certificates, int port, boolean http2) {
    server =
        await(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(http2)
                        .setKeyCertOptions(certificates.server()))
                .connectionHandler(any -> connections.incrementAndGet())
                .requestHandler(this::handle)
                .listen(port, "127.0.0.1"));
  }

  private void handle(HttpServerRequest request) {
    switch (request.path()) {
      case "/v1/snapshots" -> {
        connects.incrementAndGet();
        if (streamStatus != 200) {
          if (retryAfter != null) {
            request.response().putHeader("retry-after", retryAfter);
          }
          request.response().setStatusCode(streamStatus).end(refusal);
          return;
        }
        request.response().setChunked(true);
        request.response().writeHead();
        streams.add(
            new Connected(
                request.getHeader("authorization"),
                request.getHeader("x-tidegate-held-version"),
                request.response()));
      }
      case "/v1/acknowledgements" -> take(request, acknowledgements);
      case "/v1/spend" -> take(request, spend);
      default -> request.response().setStatusCode(404).end();
    }
  }

  private void take(HttpServerRequest request, BlockingQueue<JsonObject> into) {
    request.bodyHandler(
        body -> {
          if (silentPosts) {
            return;
          }
          if (failPosts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            request.response().setStatusCode(failedPostStatus).end();
            return;
          }
          into.add(body.toJsonObject());
          request.response().setStatusCode(204).end();
        });
  }

  int port() {
    return server.actualPort();
  }

  Connected stream() throws InterruptedException {
    return take(streams, "a stream");
  }

  JsonObject acknowledgement() throws InterruptedException {
    return take(acknowledgements, "an acknowledgement");
  }

  JsonObject spend() throws InterruptedException {
    return take(spend, "a spend report");
  }

  int waitingAcknowledgements() {
    return acknowledgements.size();
  }

  int waitingSpend() {
    return spend.size();
  }

  private static <T> T take(BlockingQueue<T> queue, String what) throws InterruptedException {
    T taken = queue.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("no " + what + " within " + DEADLINE_SECONDS + " s");
    }
    return taken;
  }

  static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    await(server.close());
  }

  /** One open stream. */
  record Connected(String authorization, String heldVersion, HttpServerResponse response) {
    Connected hello(String session) {
      return frame(new JsonObject().put("frame", "hello").put("session", session));
    }

    Connected configuration(long nonce, String json) {
      return configuration(nonce, io.tidegate.sidecar.config.SnapshotCodec.version(json), json);
    }

    Connected configuration(long nonce, String version, String json) {
      return frame(
          new JsonObject()
              .put("frame", "configuration")
              .put("version", version)
              .put("nonce", nonce)
              .put("body", json));
    }

    Connected credentials(String name, String value) {
      return frame(
          new JsonObject()
              .put("frame", "credentials")
              .put("values", new JsonObject().put(name, value)));
    }

    Connected noCredentials() {
      return frame(new JsonObject().put("frame", "credentials").put("values", new JsonObject()));
    }

    Connected ping() {
      return frame(new JsonObject().put("frame", "ping"));
    }

    Connected goodbye(long retryAfterMillis) {
      return goodbye("rollout", retryAfterMillis);
    }

    Connected goodbye(String reason, long retryAfterMillis) {
      return frame(
          new JsonObject()
              .put("frame", "goodbye")
              .put("reason", reason)
              .put("retryAfterMillis", retryAfterMillis));
    }

    Connected raw(String text) {
      response.write(Buffer.buffer(text));
      return this;
    }

    private Connected frame(JsonObject frame) {
      return raw(frame.encode() + "\n");
    }

    void cut() {
      response.reset();
    }
  }
}
