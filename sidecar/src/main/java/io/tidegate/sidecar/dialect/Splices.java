package io.tidegate.sidecar.dialect;

import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Replacements and insertions at known places of a request, written out in one copy. */
final class Splices {
  private record Splice(int from, int to, byte[] bytes) {}

  private final ChatRequest request;
  private final Buffer body;
  private final List<Splice> splices = new ArrayList<>();

  Splices(ChatRequest request) {
    this.request = request;
    this.body = request.body();
  }

  /** Whether the top-level field is there and not null. */
  boolean hasValue(String name) {
    return request.fields().containsKey(name) && firstByte(name) != 'n';
  }

  int firstByte(String name) {
    return body.getByte(span(name).valueStart());
  }

  int length(String name) {
    return span(name).valueEnd() - span(name).valueStart();
  }

  /** The whole number that stands there; the reader has made sure that it is one. */
  long number(String name) {
    return new BigDecimal(
            body.getString(
                span(name).valueStart(), span(name).valueEnd(), StandardCharsets.US_ASCII.name()))
        .longValueExact();
  }

  /** Replaces the number if it is greater. */
  void lower(String name, long most) {
    if (number(name) > most) {
      set(name, Long.toString(most));
    }
  }

  /** Replaces the field's value, or adds the field behind all others. */
  void set(String name, String json) {
    ChatRequest.Span span = request.fields().get(name);
    if (span != null) {
      add(span.valueStart(), span.valueEnd(), json);
    } else {
      int end = 0;
      for (ChatRequest.Span other : request.fields().values()) {
        end = Math.max(end, other.valueEnd());
      }
      add(end, end, "," + JsonText.quote(name) + ":" + json);
    }
  }

  /** The same in the object that the top-level field holds. */
  void setInside(String outer, String name, String json) {
    int base = span(outer).valueStart();
    byte[] bytes = body.getBytes(base, span(outer).valueEnd());
    JsonScanner scanner = new JsonScanner(bytes, 0, bytes.length, DialectReader.MOST_LEVELS);
    try {
      scanner.next();
      int members = 0;
      while (scanner.next() == JsonScanner.Token.NAME) {
        boolean here = name.equals(scanner.text());
        JsonScanner.Token first = scanner.next();
        int start = scanner.start();
        scanner.skip(first);
        if (here) {
          add(base + start, base + scanner.end(), json);
          return;
        }
        members++;
      }
      String member = JsonText.quote(name) + ":" + json;
      add(base + 1, base + 1, members == 0 ? member : member + ",");
    } catch (NotJson e) {
      throw new IllegalStateException("the reader has accepted these bytes", e);
    }
  }

  /** Puts JSON values in front of what the top-level list holds. */
  void prependItems(String name, List<String> items) {
    if (items.isEmpty()) {
      return;
    }
    int open = span(name).valueStart();
    int at = open + 1;
    while (Character.isWhitespace(body.getByte(at))) {
      at++;
    }
    String joined = String.join(",", items);
    add(open + 1, open + 1, body.getByte(at) == ']' ? joined : joined + ",");
  }

  void insertBehindFirstByte(String name, String text) {
    int at = span(name).valueStart() + 1;
    add(at, at, text);
  }

  Buffer apply() {
    if (splices.isEmpty()) {
      return body;
    }
    splices.sort(Comparator.comparingInt(Splice::from));
    int length = body.length();
    for (Splice splice : splices) {
      length += splice.bytes.length;
    }
    Buffer out = Buffer.buffer(length);
    int at = 0;
    for (Splice splice : splices) {
      out.appendBuffer(body, at, splice.from - at);
      out.appendBytes(splice.bytes);
      at = splice.to;
    }
    return out.appendBuffer(body, at, body.length() - at);
  }

  private ChatRequest.Span span(String name) {
    return request.fields().get(name);
  }

  private void add(int from, int to, String text) {
    splices.add(new Splice(from, to, text.getBytes(StandardCharsets.UTF_8)));
  }
}
