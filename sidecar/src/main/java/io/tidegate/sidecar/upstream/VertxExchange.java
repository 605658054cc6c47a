package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.config.Provider;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exchange on Vert.x's HTTP client. Whatever happens, it ends once and gives back its place. */
final class VertxExchange implements Exchange {
  private static final int WORTH_READING_ON = 64 * 1024;

  /** A connection that was closed already says so within a round trip. */
  private static final long AT_ONCE_NANOS = 1_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(VertxExchange.class);
  private static final Listener NOBODY = new Nobody();
  private final OutboundRequest outbound;
  private final Deadlines deadlines;
  private final Predicate<HttpConnection> unused;
  private final Runnable released;
  private Listener listener;
  private HttpClientRequest request;
  private HttpClientResponse response;
  private boolean sent;
  private boolean reused;
  private long sentAt;
  private boolean done;
  private int discarded = -1;

  /**
   * @param unused whether no exchange has used this connection before; asked once for each
   * @param released told once, when the exchange has ended
   */
  VertxExchange(
      Vertx vertx,
      Provider.Timeouts timeouts,
      OutboundRequest outbound,
      Listener listener,
      Predicate<HttpConnection> unused,
      Runnable released) {
    this.outbound = outbound;
    this.listener = listener;
    this.unused = unused;
    this.released = released;
    this.deadlines = new Deadlines(vertx, timeouts, this::expired);
  }

  void start(HttpClient client, RequestOptions options) {
    options.setMethod(HttpMethod.valueOf(outbound.method())).setURI(outbound.uri());
    client
        .request(options)
        .onSuccess(connected -> guarded(() -> connected(connected)))
        .onFailure(e -> fail(FailureCause.NO_CONNECTION, Causes.say(e)));
  }

  /** A fault in our own stages must not leave the exchange hanging. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("a stage failed on an answer; the call ends", e);
      fail(FailureCause.BROKE, "the sidecar failed on it");
    }
  }

  private void connected(HttpClientRequest connected) {
    if (done) {
      connected.reset();
      return;
    }
    request = connected;
    request.exceptionHandler(this::broke);
    request.response().onSuccess(answer -> guarded(() -> answered(answer))).onFailure(this::broke);
    MultiMap headers = request.headers();
    headers.addAll(outbound.headers());
    sent = true;
    sentAt = System.nanoTime();
    reused = !unused.test(request.connection());
    Buffer body = outbound.body();
    if (body == null) {
      request.end();
    } else {
      headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      request.end(body);
    }
    deadlines.requestSent();
  }

  private void answered(HttpClientResponse answer) {
    if (done) {
      return;
    }
    response = answer;
    response.exceptionHandler(this::broke);
    if (answer.statusCode() < 200 || answer.statusCode() > 599) {
      // 1xx is no answer yet; to pass on 101 would make the client speak another protocol.
      fail(FailureCause.GARBLED, "its status is " + answer.statusCode());
      return;
    }
    response.handler(bytes -> guarded(() -> read(bytes)));
    response.endHandler(ended -> guarded(this::end));
    listener.head(Head.of(response.statusCode(), response.headers()));
  }

  private void read(Buffer bytes) {
    if (done) {
      return;
    }
    deadlines.read();
    if (discarded >= 0) {
      discarded += bytes.length();
      if (discarded > WORTH_READING_ON) {
        abort();
      }
      return;
    }
    listener.bytes(bytes);
  }

  private void end() {
    if (finish()) {
      listener.end();
    }
  }

  private void broke(Throwable cause) {
    boolean closed = cause instanceof VertxException || cause instanceof IOException;
    boolean atOnce = response == null && System.nanoTime() - sentAt < AT_ONCE_NANOS;
    FailureCause what =
        !closed ? FailureCause.GARBLED : reused && atOnce ? FailureCause.STALE : FailureCause.BROKE;
    fail(what, Causes.say(cause));
  }

  private void expired(FailureCause which) {
    fail(which, "no progress within the provider's time-out");
  }

  private void fail(FailureCause what, String cause) {
    if (finish()) {
      close();
      listener.failed(new Failure(what, cause));
    }
  }

  /** Whether this call was the one that ended the exchange. */
  private boolean finish() {
    if (done) {
      return false;
    }
    done = true;
    deadlines.cancel();
    released.run();
    return true;
  }

  private void close() {
    if (request != null) {
      request.reset();
    }
  }

  @Override
  public void listener(Listener next) {
    listener = next;
  }

  @Override
  public void pause() {
    if (!done && response != null) {
      deadlines.suspend();
      response.pause();
    }
  }

  @Override
  public void resume() {
    if (!done && response != null) {
      deadlines.goOn();
      response.resume();
    }
  }

  @Override
  public void abort() {
    if (finish()) {
      listener = NOBODY;
      close();
    }
  }

  @Override
  public void discard() {
    if (done) {
      return;
    }
    listener = NOBODY;
    discarded = 0;
    if (response == null) {
      abort();
    } else {
      response.resume();
    }
  }

  @Override
  public boolean sent() {
    return sent;
  }

  private static final class Nobody implements Listener {
    @Override
    public void head(Head head) {}

    @Override
    public void bytes(Buffer bytes) {}

    @Override
    public void end() {}

    @Override
    public void failed(Failure failure) {}
  }
}
