package io.tidegate.sidecar.listen;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/**
 * Reads one request's body within a bound. What is too large is refused as soon as that is known,
 * by Content-Length if it is honest; the rest is read and thrown away, since a client that is still
 * writing would see a broken connection in place of the refusal, and would retry. What is kept
 * counts in the space that all bodies share, until the call's answer has ended.
 */
final class BodyReader {
  /** Inflating more than this takes too long for the event loop. */
  private static final int INFLATE_HERE = 128 * 1024;

  private static final long NO_TIMER = -1;
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final CallHandler.Inbound inbound;
  private final ServerAnswer answer;
  private final Limits limits;
  private final BodySpace space;
  private final BodySpace.Share share;
  private final long max;
  private long announced;
  private Buffer read;
  private boolean over;
  private boolean moved;
  private final long begun = System.nanoTime();
  private long timer = NO_TIMER;

  private BodyReader(
      Vertx vertx,
      HttpServerRequest request,
      CallHandler.Inbound inbound,
      ServerAnswer answer,
      BodySpace space,
      Limits limits) {
    this.vertx = vertx;
    this.request = request;
    this.inbound = inbound;
    this.answer = answer;
    this.space = space;
    this.limits = limits;
    this.share = space.open();
    this.max = inbound.maxBodyBytes();
  }

  /** Begins to; to be ended with the call. */
  static BodyReader read(
      Vertx vertx,
      HttpServerRequest request,
      CallHandler.Inbound inbound,
      ServerAnswer answer,
      BodySpace space,
      Limits limits) {
    BodyReader reader = new BodyReader(vertx, request, inbound, answer, space, limits);
    reader.start();
    return reader;
  }

  private void start() {
    announced = announced();
    if (max < 0) {
      return;
    }
    if (announced > max) {
      refuse(refusalOfSize());
      return;
    }
    if (announced > space.max()) {
      refuse(refusalOfSpace());
      return;
    }
    String expect = request.getHeader(HttpHeaders.EXPECT);
    if (expect != null && expect.equalsIgnoreCase("100-continue")) {
      request.response().writeContinue();
    }
    request.handler(this::take);
    request.endHandler(ended -> complete());
    watch();
  }

  /** Between one and two times the bound after the last byte, the call ends here. */
  private void watch() {
    long wait = Math.max(1, Math.min(limits.bodySilence().toMillis(), left()));
    timer = vertx.setTimer(wait, passed -> look());
  }

  private long left() {
    return limits.bodyTime().toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }

  private void look() {
    timer = NO_TIMER;
    if (over) {
      return;
    }
    if (left() <= 0) {
      answer.close();
      refuse(refusalOfTime());
    } else if (moved) {
      moved = false;
      watch();
    } else {
      answer.close();
      refuse(refusalOfSilence());
    }
  }

  private void unwatch() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  /** The call is over, however much of its body came. */
  void end() {
    over = true;
    read = null;
    unwatch();
    share.close();
  }

  /**
   * If it was the codec of HTTP/1 that could not read on, the client is still there to be told; of
   * HTTP/2 it has been, by the stream's reset.
   */
  void broke(Throwable cause) {
    boolean left = cause instanceof VertxException || cause instanceof IOException;
    if (!over && !left && request.version() != HttpVersion.HTTP_2) {
      answer.close();
      refuse(malformed("breaks the rules of chunked coding (RFC 9112, section 7.1)."));
    }
  }

  /** 0 if it is not said. */
  private long announced() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      // The codec refuses such a request; should it not, the bytes themselves are counted.
      return 0;
    }
  }

  private void take(Buffer part) {
    moved = true;
    if (over) {
      return;
    }
    long length = (read == null ? 0 : read.length()) + (long) part.length();
    if (length > max) {
      refuse(refusalOfSize());
      return;
    }
    if (!share.take(part.length())) {
      refuse(noRoom(length));
      return;
    }
    if (read == null && part.length() == announced) {
      read = part;
      return;
    }
    if (read == null) {
      read = Buffer.buffer((int) Math.max(part.length(), Math.min(announced, 1 << 20)));
    }
    read.appendBuffer(part);
  }

  private void complete() {
    if (over) {
      return;
    }
    over = true;
    unwatch();
    Buffer whole = read == null ? Buffer.buffer() : read;
    read = null;
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding == null || encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
      inbound.body(whole);
    } else if (encoding.strip().toLowerCase(Locale.ROOT).matches("(x-)?gzip")) {
      inflate(whole);
    } else {
      inbound.refused(
          malformed("has the Content-Encoding '" + encoding + "'; send it plain or as gzip."));
    }
  }

  private void inflate(Buffer packed) {
    if (packed.length() <= INFLATE_HERE) {
      deliver(inflated(packed));
    } else {
      vertx.<Object>executeBlocking(() -> inflated(packed)).onSuccess(this::deliver);
    }
  }

  private void deliver(Object outcome) {
    if (outcome instanceof Refusal refusal) {
      refuse(refusal);
    } else {
      inbound.body((Buffer) outcome);
    }
  }

  /** The body, or the refusal. */
  private Object inflated(Buffer packed) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.getBytes()))) {
      Buffer plain = Buffer.buffer(packed.length() * 4);
      byte[] part = new byte[8192];
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        long length = plain.length() + (long) n;
        if (length > max) {
          return refusalOfSize();
        }
        if (!share.take(n)) {
          return noRoom(length);
        }
        plain.appendBytes(part, 0, n);
      }
      share.giveBack(packed.length());
      return plain;
    } catch (IOException e) {
      return malformed("is announced as gzip and is not: " + e.getMessage() + ".");
    }
  }

  private void refuse(Refusal why) {
    end();
    inbound.refused(why);
  }

  private Refusal refusalOfSize() {
    return Refusal.of(
        Reason.BODY_TOO_LARGE,
        "The request body is larger than "
            + max
            + " bytes, which spec.requestLimits.maxBodyBytes of the workload's SidecarProfile"
            + " allows. Send less, or have the platform team raise it.");
  }

  /** Waiting helps a body that fits when others are gone. */
  private Refusal noRoom(long length) {
    return length > space.max()
        ? refusalOfSpace()
        : new Refusal(
            Reason.OVERLOADED,
            null,
            null,
            "The Tidegate sidecar holds as many bytes of request bodies as its memory allows ("
                + space.max()
                + "). Call again in a moment with fewer calls at a time, or have the platform team"
                + " raise spec.resources of the workload's SidecarProfile.",
            SOON);
  }

  private Refusal refusalOfSilence() {
    return new Refusal(
        Reason.BODY_TIMEOUT,
        null,
        null,
        "The request body stopped: nothing came for "
            + limits.bodySilence().toMillis()
            + " ms before its announced end. Send it whole, with the Content-Length it has.",
        SOON);
  }

  private Refusal refusalOfTime() {
    return new Refusal(
        Reason.BODY_TIMEOUT,
        null,
        null,
        "The request body was not whole after "
            + limits.bodyTime().toMillis()
            + " ms. Send it at once: make it before the call, not while it is being sent.",
        SOON);
  }

  private Refusal refusalOfSpace() {
    return Refusal.of(
        Reason.BODY_TOO_LARGE,
        "The request body is larger than "
            + space.max()
            + " bytes, which is what the Tidegate sidecar's memory has room for. Send less, or have"
            + " the platform team raise spec.resources of the workload's SidecarProfile.");
  }

  private static Refusal malformed(String what) {
    return Refusal.of(Reason.MALFORMED_REQUEST, "The request body " + what);
  }
}
