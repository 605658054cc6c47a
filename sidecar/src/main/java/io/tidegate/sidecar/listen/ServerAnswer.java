package io.tidegate.sidecar.listen;

import io.tidegate.sidecar.relay.ClientAnswer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** The client's side on Vert.x's HTTP server, for HTTP/1.0, 1.1 and 2. */
final class ServerAnswer implements ClientAnswer {
  private static final long NO_ERROR = 0;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Connections.Place place;
  private final boolean bodiless;
  private boolean last;

  /** Whether the head goes with the first bytes, or else when this turn of the event loop ends. */
  private boolean headDue;

  ServerAnswer(HttpServerRequest request, Connections.Place place) {
    this.place = place;
    this.request = request;
    this.response = request.response();
    this.bodiless = HttpMethod.HEAD.equals(request.method());
  }

  @Override
  public void head(int status, MultiMap headers, long contentLength) {
    if (isOver()) {
      return;
    }
    response.setStatusCode(status);
    response.headers().addAll(headers);
    if (request.headers().contains(HttpHeaders.EXPECT) && !request.isEnded()) {
      // The client may never send the body that it announced.
      close();
    }
    if (contentLength >= 0) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(contentLength));
    } else if (request.version() == HttpVersion.HTTP_1_0) {
      // Its body ends with the connection; the codec would chunk it if the head went on its own.
      close();
      return;
    } else if (!bodiless && status != 204 && status != 304) {
      response.setChunked(true);
    }
    if (!bodiless) {
      headDue = true;
      Vertx.currentContext().runOnContext(turnEnded -> writeDueHead());
    }
  }

  private void writeDueHead() {
    if (headDue) {
      headDue = false;
      if (!isOver()) {
        response.writeHead();
      }
    }
  }

  /**
   * Nothing is read of this client any more once it has its answer: of HTTP/1 the connection ends,
   * of HTTP/2 the stream. Before the head.
   */
  void close() {
    last = true;
    if (request.version() != HttpVersion.HTTP_2) {
      place.last();
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  @Override
  public boolean headWritten() {
    return headDue || response.headWritten();
  }

  @Override
  public void write(Buffer bytes) {
    if (!isOver() && !bodiless && bytes.length() > 0) {
      headDue = false;
      response.write(bytes);
    }
  }

  @Override
  public boolean isFull() {
    return !isOver() && response.writeQueueFull();
  }

  @Override
  public void whenWritable(Runnable action) {
    response.drainHandler(drained -> action.run());
  }

  @Override
  public void end(Buffer rest, Written written) {
    if (isOver()) {
      written.done(false);
      return;
    }
    headDue = false;
    Future<Void> ended = bodiless || rest.length() == 0 ? response.end() : response.end(rest);
    ended.onComplete(
        done -> {
          written.done(done.succeeded());
          if (last) {
            hangUp();
          }
        });
  }

  /** RFC 9113, section 8.1: a whole answer, and no interest in the rest of the request. */
  private void hangUp() {
    if (request.version() != HttpVersion.HTTP_2) {
      request.connection().close();
    } else if (!request.isEnded()) {
      response.reset(NO_ERROR);
    }
  }

  @Override
  public void cut() {
    writeDueHead();
    if (!isOver()) {
      response.reset();
    }
  }

  private boolean isOver() {
    return response.closed() || response.ended();
  }
}
