package io.tidegate.sidecar.dialect;

import java.nio.charset.StandardCharsets;

/**
 * The lines of a server-sent event stream, in pieces of any size: finds where events end and feeds
 * their data to the probe. Source: WHATWG HTML, server-sent events, parsing: a line ends with CR
 * LF, LF or CR, and an empty line ends an event.
 */
final class EventLines {
  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private enum Place {
    /** In the field's name, which is {@code data} so far. */
    NAME,
    /** Behind {@code data:}, where one blank may stand. */
    BLANK,
    DATA,
    OTHER
  }

  private final JsonProbe probe;
  private Place place = Place.NAME;
  private int lineLength;
  private int dataLength;
  private int doneMatch;
  private boolean afterCr;
  private boolean afterBoundary;
  private boolean atBoundary;
  private boolean lineFeedOnly;
  private boolean usageOnly;
  private boolean done;

  EventLines(JsonProbe probe) {
    this.probe = probe;
  }

  /** Whether {@link #toBoundary} stopped at a boundary, and not for want of bytes. */
  boolean atBoundary() {
    return atBoundary;
  }

  /**
   * Whether what ended is only the LF of a CR LF, whose CR has ended the event: it shares that
   * event's fate.
   */
  boolean lineFeedOnly() {
    return lineFeedOnly;
  }

  /** Whether the event that ended last had usage and no choices. */
  boolean endedUsageOnly() {
    return usageOnly;
  }

  /** Whether {@code data: [DONE]} was seen. */
  boolean done() {
    return done;
  }

  /** Reads up to the next boundary or the end; returns the offset behind what was read. */
  int toBoundary(byte[] bytes, int from, int end) {
    atBoundary = false;
    int i = from;
    while (i < end) {
      byte b = bytes[i];
      if (b == '\n' && afterCr) {
        afterCr = false;
        i++;
        if (afterBoundary) {
          afterBoundary = false;
          atBoundary = true;
          lineFeedOnly = true;
          return i;
        }
        continue;
      }
      afterCr = false;
      afterBoundary = false;
      if (b == '\n' || b == '\r') {
        afterCr = b == '\r';
        i++;
        if (lineLength == 0) {
          endEvent();
          return i;
        }
        endLine();
      } else {
        i = inLine(bytes, i, end);
      }
    }
    return i;
  }

  /** The stream has ended, perhaps inside an event. */
  void finish() {
    if (lineLength > 0) {
      endLine();
    }
    endEvent();
  }

  private int inLine(byte[] bytes, int from, int end) {
    byte b = bytes[from];
    switch (place) {
      case NAME -> {
        place =
            lineLength < DATA.length
                ? b == DATA[lineLength] ? Place.NAME : Place.OTHER
                : b == ':' ? Place.BLANK : Place.OTHER;
        lineLength++;
        return from + 1;
      }
      case BLANK -> {
        place = Place.DATA;
        return b == ' ' ? from + 1 : from;
      }
      default -> {
        int to = from;
        while (to < end && bytes[to] != '\n' && bytes[to] != '\r') {
          to++;
        }
        lineLength = 1;
        if (place == Place.DATA) {
          data(bytes, from, to);
        }
        return to;
      }
    }
  }

  private void data(byte[] bytes, int from, int to) {
    for (int i = from; i < to && dataLength + i - from < DONE.length; i++) {
      if (bytes[i] == DONE[dataLength + i - from]) {
        doneMatch++;
      }
    }
    dataLength += to - from;
    probe.take(bytes, from, to - from);
  }

  private void endLine() {
    done |= doneMatch == DONE.length && dataLength == DONE.length;
    doneMatch = 0;
    dataLength = 0;
    lineLength = 0;
    place = Place.NAME;
  }

  private void endEvent() {
    usageOnly = probe.usageOnly();
    probe.reset();
    atBoundary = true;
    lineFeedOnly = false;
    afterBoundary = afterCr;
  }
}
