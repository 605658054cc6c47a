package io.tidegate.sidecar.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * One request on the wire to a provider, and its answer. The smallest surface that the stages need,
 * so that what is below can be replaced. On one event loop.
 */
public interface Exchange {
  /** Who is told next; set before control returns to the event loop. */
  void listener(Listener listener);

  void pause();

  void resume();

  /** Closes the connection at once; nothing is told any more. */
  void abort();

  /** Nobody wants the rest of the answer; a short one is read, so that its connection lives on. */
  void discard();

  /** Whether a part of the request may have reached the provider. */
  boolean sent();

  /** Called in this order: head, bytes (any number), then end; or failed, once, at any point. */
  interface Listener {
    void head(Head head);

    void bytes(Buffer bytes);

    void end();

    void failed(Failure failure);
  }

  /**
   * @param headers as they came
   * @param contentLength -1: not said
   */
  record Head(int status, MultiMap headers, long contentLength) {
    public static Head of(int status, MultiMap headers) {
      String length = headers.get("content-length");
      try {
        return new Head(status, headers, length == null ? -1 : Long.parseLong(length));
      } catch (NumberFormatException e) {
        return new Head(status, headers, -1);
      }
    }

    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** Whether it sends the caller elsewhere; 304 does not. */
    public boolean isRedirect() {
      return status >= 300 && status < 400 && status != 304;
    }

    /** Whether the body is a stream of server-sent events. */
    public boolean isEventStream() {
      String type = headers.get("content-type");
      return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    public boolean isEncoded() {
      String encoding = headers.get("content-encoding");
      return encoding != null && !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity");
    }

    public boolean isGzip() {
      String encoding = headers.get("content-encoding");
      return "gzip".equalsIgnoreCase(encoding) || "x-gzip".equalsIgnoreCase(encoding);
    }
  }

  /**
   * An answer that did not come whole.
   *
   * @param cause for people; without credentials or content
   */
  record Failure(FailureCause what, String cause) {}

  /** Why an exchange failed. */
  enum FailureCause {
    /** No connection: refused, name unknown, TLS, or its time ran out. */
    NO_CONNECTION,
    /** The connection ended before the answer did. */
    BROKE,
    /** What came is no HTTP/1.1 response, or one that can be read in two ways. */
    GARBLED,
    /**
     * A connection that was kept open from an earlier exchange ended at once and without a byte of
     * an answer: most likely the provider had closed it before the request came.
     */
    STALE,
    FIRST_TOKEN_TIMEOUT,
    IDLE_TIMEOUT,
    TOTAL_TIMEOUT;

    public boolean isTimeout() {
      return this == FIRST_TOKEN_TIMEOUT || this == IDLE_TIMEOUT || this == TOTAL_TIMEOUT;
    }
  }
}
