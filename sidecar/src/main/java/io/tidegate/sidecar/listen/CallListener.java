package io.tidegate.sidecar.listen;

import io.tidegate.sidecar.call.Arrival;
import io.tidegate.sidecar.call.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
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
  static final int MAX_LINE_BYTES = 16 * 1024;
  static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int MAX_PART_BYTES = 64 * 1024;
  private static final int STREAMS_ON_A_CONNECTION = 1000;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int SWEEPS_IN_A_REST = 12;

  private final Context context;
  private final HttpServer server;
  private final CallHandler handler;
  private final BodySpace space;
  private final Limits limits;
  private final Connections connections;
  private long sweeping;

  private CallListener(Context context, CallHandler handler, Limits limits) {
    this.context = context;
    this.handler = handler;
    this.limits = limits;
    this.space = new BodySpace(limits.bodySpace());
    this.connections =
        new Connections(
            new Connections.Bounds(limits.connections(), limits.rest()), System::nanoTime);
    this.server = context.owner().createHttpServer(options(limits.rest()));
    server.connectionHandler(connections::of);
    server.requestHandler(this::accept);
    server.invalidRequestHandler(this::accept);
    server.exceptionHandler(e -> LOG.debug("a connection failed before a call", e));
  }

  /**
   * @param context an event-loop context; every call lives on its thread
   * @param port 0: any free one
   * @return fails if the address cannot be bound
   */
  public static Future<CallListener> start(
      Context context, String host, int port, CallHandler handler, Limits limits) {
    Promise<CallListener> started = Promise.promise();
    context.runOnContext(
        now -> {
          CallListener listener = new CallListener(context, handler, limits);
          listener
              .server
              .listen(port, host)
              .onSuccess(bound -> listener.sweepNowAndThen())
              .map(bound -> listener)
              .onComplete(started);
        });
    return started.future();
  }

  private void sweepNowAndThen() {
    long every = Math.max(1, limits.rest().toMillis() / SWEEPS_IN_A_REST);
    sweeping = context.owner().setPeriodic(every, tick -> connections.sweep());
  }

  private static HttpServerOptions options(Duration silence) {
    return new HttpServerOptions()
        .setMaxInitialLineLength(MAX_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxChunkSize(MAX_PART_BYTES)
        .setIdleTimeout(Math.toIntExact(silence.toMillis()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setStrictThreadMode(true)
        .setHttp2ClearTextEnabled(true)
        .setHttp2ConnectionWindowSize(WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS_ON_A_CONNECTION)
                .setMaxHeaderListSize(MAX_HEADER_BYTES)
                .setInitialWindowSize(WINDOW_BYTES / 4));
  }

  private void accept(HttpServerRequest request) {
    Connections.Place place = connections.of(request.connection());
    if (place.isOver()) {
      // What stands behind a request whose end is open to doubt is no request.
      return;
    }
    ServerAnswer answer = new ServerAnswer(request, place);
    Refusal fault = HeadCheck.fault(request);
    if (fault != null || HttpMethod.CONNECT.equals(request.method())) {
      answer.close();
    }
    CallHandler.Inbound inbound = handler.arrived(arrival(request), answer, fault);
    BodyReader reader = BodyReader.read(context.owner(), request, inbound, answer, space, limits);
    Runnable rest = place.call();
    Runnable over =
        () -> {
          reader.end();
          rest.run();
        };
    Runnable gone =
        () -> {
          over.run();
          // Once the answer is whole, how its last write went says whether the client got it.
          if (!request.response().ended()) {
            inbound.clientGone();
          }
        };
    Handler<Throwable> broke =
        why -> {
          reader.broke(why);
          gone.run();
        };
    if (request.response().ended()) {
      // One that was refused at the door takes no more handlers.
      over.run();
    } else {
      request.response().endHandler(ended -> over.run());
      request.response().closeHandler(closed -> gone.run());
      request.response().exceptionHandler(broke);
    }
    request.exceptionHandler(broke);
  }

  private static Arrival arrival(HttpServerRequest request) {
    String path = request.path();
    return new Arrival(
        request.method().name(), path == null ? "" : path, request.query(), request.headers());
  }

  public int port() {
    return server.actualPort();
  }

  /** Bytes of request bodies that are in memory for open calls. */
  public long heldBodyBytes() {
    return space.taken();
  }

  /** Those that have brought a request. */
  public int openConnections() {
    return connections.count();
  }

  /**
   * Refuses new calls, waits for the open ones, ends what is left, closes the port.
   *
   * @param atMost how long the open calls get
   */
  public Future<Void> drain(Duration atMost) {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        now -> {
          context.owner().cancelTimer(sweeping);
          handler
              .drain(atMost)
              .eventually(() -> server.shutdown(1, TimeUnit.SECONDS))
              .onComplete(drained);
        });
    return drained.future();
  }
}
