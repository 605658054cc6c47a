package io.tidegate.sidecar.dialect;

import io.vertx.core.buffer.Buffer;

/** A stream of server-sent events, forwarded in whole events. */
final class EventStreamReader extends AnswerReader {
  /** An event longer than this flows through unheld. */
  static final int MOST_HELD = 256 * 1024;

  /** Bytes go through this many at a time, so that a stream's memory is small and fixed. */
  private static final int WINDOW = 1024;

  private final boolean hideUsageEvent;
  private final EventLines lines;
  private final byte[] window = new byte[WINDOW];

  /** Bytes of the event that has begun and is not complete; null: none. */
  private Buffer held;

  /** Whether the event that has begun is being forwarded already. */
  private boolean flowing;

  private boolean dropped;

  EventStreamReader(boolean hideUsageEvent) {
    this.hideUsageEvent = hideUsageEvent;
    this.lines = new EventLines(probe);
  }

  @Override
  public Buffer take(Buffer chunk) {
    int length = chunk.length();
    Buffer out = null;
    int begun = 0; // first byte that is neither forwarded nor dropped
    int decided = 0; // behind the last boundary
    for (int from = 0; from < length; ) {
      int loaded = Math.min(length - from, WINDOW);
      chunk.getBytes(from, from + loaded, window);
      int at = 0;
      while (at < loaded) {
        at = lines.toBoundary(window, at, loaded);
        if (!lines.atBoundary()) {
          break;
        }
        if (drops()) {
          out = forward(out, chunk, begun, decided);
          held = null;
          begun = from + at;
        }
        decided = from + at;
      }
      from += loaded;
    }
    return cut(out, chunk, begun, decided);
  }

  /** Whether what has just ended is kept from the caller. */
  private boolean drops() {
    if (!lines.lineFeedOnly()) {
      dropped = hideUsageEvent && !flowing && lines.endedUsageOnly();
      flowing = false;
    }
    return dropped;
  }

  private Buffer cut(Buffer out, Buffer chunk, int begun, int decided) {
    int length = chunk.length();
    int open = length - decided;
    if (open > 0 && (flowing || open + (held == null ? 0 : held.length()) > MOST_HELD)) {
      flowing = true;
      return cut(out, chunk, begun, length);
    }
    if (out == null && held == null && begun == 0) {
      if (open > 0) {
        held = chunk.getBuffer(decided, length);
      }
      return open == 0 ? chunk : chunk.slice(0, decided);
    }
    Buffer all = forward(out, chunk, begun, decided);
    if (open > 0) {
      held =
          held == null ? chunk.getBuffer(decided, length) : held.appendBuffer(chunk, decided, open);
    }
    return all == null ? Buffer.buffer() : all;
  }

  /** Appends what was held and the chunk's bytes, if an event ends in them. */
  private Buffer forward(Buffer out, Buffer chunk, int from, int to) {
    if (from == to) {
      return out;
    }
    Buffer all = out == null ? Buffer.buffer() : out;
    if (held != null) {
      all.appendBuffer(held);
      held = null;
    }
    return all.appendBuffer(chunk, from, to - from);
  }

  @Override
  public Buffer finish() {
    lines.finish();
    Buffer rest = held == null || drops() ? Buffer.buffer() : held;
    held = null;
    return rest;
  }

  @Override
  void observe(byte[] bytes, int length) {
    int at = 0;
    while (at < length) {
      at = lines.toBoundary(bytes, at, length);
    }
  }

  @Override
  public boolean complete() {
    return lines.done() || probe.places().stopped();
  }
}
