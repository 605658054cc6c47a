package io.tidegate.sidecar.dialect;

/** Reads the lexical parts of JSON: white space, strings, numbers, words. Source: RFC 8259. */
final class JsonLexer {
  /** {@link #peek} at the end. */
  static final int NONE = -1;

  private final byte[] bytes;
  private final int end;
  private int at;

  JsonLexer(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Offset of the next byte. */
  int at() {
    return at;
  }

  boolean atEnd() {
    return at >= end;
  }

  /** Goes behind the next byte. */
  void step() {
    at++;
  }

  void literal(String text) throws NotJson {
    for (int i = 0; i < text.length(); i++, at++) {
      if (peek() != text.charAt(i)) {
        throw fault("no JSON value");
      }
    }
  }

  /** Goes behind a string, at whose opening quote it stands. */
  void string() throws NotJson {
    at++;
    while (true) {
      int c = peek();
      at++;
      if (c == '"') {
        return;
      }
      if (c == '\\') {
        escape();
      } else if (c >= 0 && c < 0x20) {
        throw fault("a control character stands unescaped in a string");
      } else if (c == NONE) {
        throw fault("a string is not closed");
      }
    }
  }

  private void escape() throws NotJson {
    int c = peek();
    at++;
    if (c == 'u') {
      for (int i = 0; i < 4; i++, at++) {
        if (Character.digit(peek(), 16) < 0) {
          throw fault("\\u is not followed by four hexadecimal digits");
        }
      }
    } else if (c == NONE || "\"\\/bfnrt".indexOf(c) < 0) {
      throw fault("an unknown escape stands in a string");
    }
  }

  void number(int first) throws NotJson {
    int c = first;
    if (c == '-') {
      at++;
      c = peek();
    }
    if (c == '0') {
      at++;
    } else if (digits() == 0) {
      throw fault(first == NONE ? "the JSON value is not complete" : "no JSON value");
    }
    if (peek() == '.') {
      at++;
      requireDigits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      requireDigits();
    }
  }

  private int digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at - from;
  }

  private void requireDigits() throws NotJson {
    if (digits() == 0) {
      throw fault("a number lacks a digit");
    }
  }

  /** The byte here as 0 to 255; {@link #NONE} at the end. */
  int peek() {
    return at < end ? bytes[at] & 0xff : NONE;
  }

  void skipSpace() {
    while (at < end
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
  }

  NotJson fault(String what) {
    return new NotJson(what + " (at byte " + Math.min(at, end) + ")");
  }
}
