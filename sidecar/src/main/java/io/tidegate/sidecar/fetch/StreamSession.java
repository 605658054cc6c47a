package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.SnapshotSize;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * One life of the stream: frames in, one after the other, each finished before the next; the bytes
 * behind it wait on the connection. On one event loop.
 */
final class StreamSession {
  private final Vertx vertx;
  private final HttpClientRequest request;
  private final ConfigurationAdopter adopter;
  private final Acknowledger acknowledger;
  private final FetchStatus status;
  private final FrameReader reader = new FrameReader(SnapshotSize.MAX_FRAME_BYTES);
  private final Promise<End> ended = Promise.promise();
  private final Duration silence;
  private Future<Void> last = Future.succeededFuture();
  private int unfinished;
  private String session;
  private boolean emptied;
  private long watch;

  /**
   * @param silence after so much time without a byte the stream is broken
   */
  StreamSession(
      Vertx vertx,
      HttpClientRequest request,
      ConfigurationAdopter adopter,
      Acknowledger acknowledger,
      FetchStatus status,
      Duration silence) {
    this.vertx = vertx;
    this.silence = silence;
    this.request = request;
    this.adopter = adopter;
    this.acknowledger = acknowledger;
    this.status = status;
  }

  /** Completes, never fails, when the stream is over and its connection closed. */
  Future<End> run(HttpClientResponse response) {
    response.exceptionHandler(failure -> end("the stream broke: " + failure, null));
    response.endHandler(done -> end("the operator closed the stream", null));
    response.handler(bytes -> read(response, bytes));
    listen();
    return ended.future();
  }

  /** Null before the operator's first frame and after the end. */
  String id() {
    return ended.future().isComplete() ? null : session;
  }

  void end(String why, Duration asked) {
    if (ended.tryComplete(new End(why, asked))) {
      vertx.cancelTimer(watch);
      acknowledger.end();
      request.reset();
      // A new connection next time, so that a Service can lead it to another replica.
      request.connection().close();
    }
  }

  private void listen() {
    vertx.cancelTimer(watch);
    watch =
        vertx.setTimer(
            silence.toMillis(),
            timer -> end("nothing came for " + silence.toMillis() + " ms", null));
  }

  private void read(HttpClientResponse response, Buffer bytes) {
    status.heard();
    listen();
    try {
      for (FrameReader.Line line : reader.feed(bytes)) {
        unfinished++;
        last = last.compose(done -> handle(line)).andThen(done -> finished(response));
      }
    } catch (IOException e) {
      end(e.getMessage(), null);
      return;
    }
    if (unfinished > 0) {
      response.pause();
    }
  }

  private void finished(HttpClientResponse response) {
    unfinished--;
    if (unfinished == 0) {
      response.resume();
    }
  }

  private Future<Void> handle(FrameReader.Line line) {
    boolean greeting = line instanceof FrameReader.Line.Whole(StreamFrame.Hello _);
    if (session == null && !greeting) {
      end("the operator did not begin with a hello", null);
    }
    if (ended.future().isComplete()) {
      return Future.succeededFuture();
    }
    return switch (line) {
      case FrameReader.Line.Whole(StreamFrame frame) -> handle(frame);
      case FrameReader.Line.TooLong(String version, long nonce) -> {
        acknowledge(version, nonce, adopter.refuseTooLong(version));
        yield Future.succeededFuture();
      }
    };
  }

  private Future<Void> handle(StreamFrame frame) {
    boolean withdrawn = emptied;
    emptied =
        frame instanceof StreamFrame.Credentials(var values)
            && values.isEmpty()
            && adopter.hasCredentials();
    return switch (frame) {
      case StreamFrame.Hello hello -> {
        session = hello.session();
        yield Future.succeededFuture();
      }
      case StreamFrame.Ping() -> Future.succeededFuture();
      case StreamFrame.Credentials credentials -> adopter.adopt(credentials);
      case StreamFrame.Configuration configuration ->
          adopter
              .adopt(configuration)
              .map(verdict -> acknowledge(configuration.version(), configuration.nonce(), verdict));
      case StreamFrame.Goodbye goodbye -> goodbye(goodbye, withdrawn);
    };
  }

  /**
   * @param withdrawn right before, it took the credentials: its reason is why
   */
  private Future<Void> goodbye(StreamFrame.Goodbye goodbye, boolean withdrawn) {
    Future<Void> kept =
        withdrawn && goodbye.reason() != null
            ? adopter.withdrawCredentials(goodbye.reason())
            : Future.succeededFuture();
    end(
        "the operator said goodbye: " + goodbye.reason(),
        Duration.ofMillis(Math.max(0, goodbye.retryAfterMillis())));
    return kept;
  }

  private Void acknowledge(String version, long nonce, ConfigurationAdopter.Verdict verdict) {
    if (!ended.future().isComplete()) {
      acknowledger.send(
          switch (verdict) {
            case ConfigurationAdopter.Verdict.InForce() ->
                new Acknowledgement(
                    session, nonce, version, Acknowledgement.Verdict.Running, null, null);
            case ConfigurationAdopter.Verdict.Refused(var object, String reason) ->
                new Acknowledgement(
                    session, nonce, version, Acknowledgement.Verdict.Refused, object, reason);
          });
    }
    return null;
  }

  /**
   * @param asked how long the operator wants the sidecar to stay away; null: it did not say
   */
  record End(String why, Duration asked) {}
}
