package io.tidegate.sidecar.relay;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * The client's side of a call: where its answer goes. The smallest surface that the stages need, so
 * that what is below can be replaced. On one event loop. Once the client is gone, writing changes
 * nothing.
 */
public interface ClientAnswer {
  /**
   * Writes the head: with the first bytes, if they follow within this turn of the event loop, since
   * one write costs less than two; else when the turn ends.
   *
   * @param headers without framing
   * @param contentLength -1: not known, the body is chunked
   */
  void head(int status, MultiMap headers, long contentLength);

  boolean headWritten();

  void write(Buffer bytes);

  /** Whether the client reads more slowly than we write; see {@link #whenWritable}. */
  boolean isFull();

  /** Told each time the client has caught up. */
  void whenWritable(Runnable action);

  /**
   * The answer is whole.
   *
   * @param last may be empty
   * @param written told once: true when the last byte is with the operating system, false if the
   *     client went away before
   */
  void end(Buffer last, Written written);

  /** The answer stays a torso, and the client can see it: the connection, or its stream, breaks. */
  void cut();

  /** See {@link #end}. */
  @FunctionalInterface
  interface Written {
    void done(boolean whole);
  }
}
