package io.tidegate.sidecar.listen;

import io.tidegate.sidecar.call.Arrival;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where applications call. One port speaks HTTP/1.1 and HTTP/2 with prior knowledge, since some
 * SDKs open the latter to a plain {@code http://} address. One event loop serves all calls.
 */
public final class CallListener {
  private static final Logger LOG = LoggerFactory.getLogger(CallListener.class);
  private static final int MAX_LINE_BYTES = 16 * 1024;
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int MAX_PART_BYTES = 64 * 1024;
  private static final int STREAMS_ON_A_CONNECTION = 1000;
  private static final int WINDOW_BYTES = 1 << 20;

  /** Clients write from this machine; one that rests this long in a body has left it. */
  public static final Duration STANDARD_BODY_SILENCE = Duration.ofSeconds(30);

  private final Context context;
  private final HttpServer server;
  private final CallHandler handler;
  private final BodySpace space;

  private CallListener(Context context, HttpServer server, CallHandler handler, BodySpace space) {
    this.context = context;
    this.server = server;
    this.handler = handler;
    this.space = space;
  }

  /**
   * @param context an event-loop context; every call lives on its thread
   * @param port 0: any free one
   * @param bodySpace what the request bodies of all open calls may take of the memory, in bytes
   * @param bodySilence how long a request body may stand still before its end
   * @return fails if the address cannot be bound
   */
  public static Future<CallListener> start(
      Context context,
      String host,
      int port,
      CallHandler handler,
      long bodySpace,
      Duration bodySilence) {
    BodySpace space = new BodySpace(bodySpace);
    BodyReader.Bounds bounds = new BodyReader.Bounds(space, bodySilence);
    Promise<CallListener> started = Promise.promise();
    context.runOnContext(
        now -> {
          Vertx vertx = context.owner();
          HttpServer server = vertx.createHttpServer(options());
          server.requestHandler(request -> accept(vertx, request, handler, bounds));
          server.exceptionHandler(e -> LOG.debug("a connection failed before a call", e));
          server
              .listen(port, host)
              .map(bound -> new CallListener(context, bound, handler, space))
              .onComplete(started);
        });
    return started.future();
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(MAX_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxChunkSize(MAX_PART_BYTES)
        .setStrictThreadMode(true)
        .setHttp2ClearTextEnabled(true)
        .setHttp2ConnectionWindowSize(WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS_ON_A_CONNECTION)
                .setMaxHeaderListSize(MAX_HEADER_BYTES)
                .setInitialWindowSize(WINDOW_BYTES / 4));
  }

  private static void accept(
      Vertx vertx, HttpServerRequest request, CallHandler handler, BodyReader.Bounds bounds) {
    Arrival arrival =
        new Arrival(request.method().name(), request.path(), request.query(), request.headers());
    ServerAnswer answer = new ServerAnswer(request);
    CallHandler.Inbound inbound = handler.arrived(arrival, answer);
    Runnable over = BodyReader.read(vertx, request, inbound, answer, bounds);
    Runnable gone =
        () -> {
          over.run();
          // Once the answer is whole, how its last write went says whether the client got it.
          if (!request.response().ended()) {
            inbound.clientGone();
          }
        };
    if (request.response().ended()) {
      // One that was refused at the door takes no more handlers.
      over.run();
    } else {
      request.response().endHandler(ended -> over.run());
      request.response().closeHandler(closed -> gone.run());
      request.response().exceptionHandler(broken -> gone.run());
    }
    request.exceptionHandler(broken -> gone.run());
  }

  /** A quarter of the heap: a body is held as it came, and once more as what it was made into. */
  public static long standardBodySpace() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  public int port() {
    return server.actualPort();
  }

  /** Bytes of request bodies that are in memory for open calls. */
  public long heldBodyBytes() {
    return space.taken();
  }

  /**
   * Refuses new calls, waits for the open ones, ends what is left, closes the port.
   *
   * @param atMost how long the open calls get
   */
  public Future<Void> drain(Duration atMost) {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        now ->
            handler
                .drain(atMost)
                .eventually(() -> server.shutdown(1, TimeUnit.SECONDS))
                .onComplete(drained));
    return drained.future();
  }
}
