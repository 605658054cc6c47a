package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.policy.Usage;
import java.util.Arrays;

/**
 * Picks a few values ({@link AnswerPlaces}, usage) out of JSON that passes by in pieces of any
 * size. It trusts the provider's JSON to be well formed, keeps no more than the usage object, and
 * allocates nothing for events without one.
 */
final class JsonProbe {
  private static final int LONGEST_TEXT = 128;
  private static final int LONGEST_USAGE = 16 * 1024;
  private static final int NOT_KEPT = -1;

  private final UsageMerge usage = new UsageMerge();
  private final AnswerPlaces places = new AnswerPlaces();
  private final byte[] text = new byte[LONGEST_TEXT];
  private int textLength = NOT_KEPT;
  private byte[] captured = new byte[256];
  private int capturedLength = NOT_KEPT;
  private int captureDepth;

  private boolean inString;
  private boolean escaped;
  private boolean closed;
  private boolean trailing;
  private boolean usageHere;

  AnswerPlaces places() {
    return places;
  }

  /** Null if none was seen. */
  Usage usage() {
    return usage.usage();
  }

  /** Whether exactly one object has come, whole. */
  boolean whole() {
    return closed && !trailing && places.depth() == 0 && !inString;
  }

  /** Whether the value since the last reset has usage and an empty list of choices. */
  boolean usageOnly() {
    return usageHere && places.emptyChoices();
  }

  /** Another JSON value begins; what was learnt stays. */
  void reset() {
    places.reset();
    inString = false;
    escaped = false;
    textLength = NOT_KEPT;
    capturedLength = NOT_KEPT;
    closed = false;
    trailing = false;
    usageHere = false;
  }

  void take(byte[] bytes, int from, int length) {
    int end = from + length;
    int i = from;
    while (i < end) {
      int start = i;
      if (inString) {
        i = string(bytes, i, end);
      } else {
        structure(bytes[i++]);
      }
      if (capturedLength != NOT_KEPT) {
        capture(bytes, start, i);
      }
    }
  }

  /** Bytes of a string up to the piece's end or behind the closing quote. */
  private int string(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end) {
      byte b = bytes[i++];
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inString = false;
        endString();
        return i;
      }
      if (textLength != NOT_KEPT) {
        keep(b);
      }
    }
    return i;
  }

  private void keep(byte b) {
    if (textLength == LONGEST_TEXT) {
      textLength = NOT_KEPT;
    } else {
      text[textLength++] = b;
    }
  }

  private void endString() {
    if (textLength == NOT_KEPT) {
      places.otherText();
    } else {
      places.text(text, textLength);
      textLength = NOT_KEPT;
    }
  }

  private void structure(byte b) {
    switch (b) {
      case '"' -> {
        inString = true;
        textLength = capturedLength == NOT_KEPT && places.wantsText() ? 0 : NOT_KEPT;
        trailing |= places.depth() == 0;
      }
      case '{', '[' -> {
        trailing |= places.depth() == 0 && closed;
        if (places.open(b == '{')) {
          capturedLength = 0;
          captureDepth = places.depth();
        }
      }
      case '}', ']' -> {
        trailing |= !places.close();
        closed |= places.depth() == 0;
      }
      case ',' -> places.comma();
      case ':' -> places.colon();
      case ' ', '\n', '\r', '\t' -> {
        // Between tokens.
      }
      default -> trailing |= places.depth() == 0;
    }
  }

  private void capture(byte[] bytes, int from, int to) {
    int length = capturedLength + to - from;
    if (length > LONGEST_USAGE) {
      capturedLength = NOT_KEPT;
      return;
    }
    if (length > captured.length) {
      captured = Arrays.copyOf(captured, Math.max(length, captured.length * 2));
    }
    System.arraycopy(bytes, from, captured, capturedLength, to - from);
    capturedLength = length;
    if (!inString && places.depth() < captureDepth) {
      usage.merge(captured, capturedLength);
      usageHere = true;
      capturedLength = NOT_KEPT;
    }
  }
}
