package io.tidegate.e2e.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** As much of HTTP/1.1 as a bench on plain sockets reads (RFC 9112). */
final class Http1 {
  private Http1() {}

  /** First line and fields, names in lower case. */
  record Head(String first, Map<String, String> fields) {
    String field(String name) {
      return fields.get(name);
    }

    /** Of the body; 0 if it is not said. */
    int length() {
      return Integer.parseInt(fields.getOrDefault("content-length", "0"));
    }
  }

  static Head head(InputStream in) throws IOException {
    String first = line(in);
    Map<String, String> fields = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(first, fields);
  }

  /** One chunk's bytes; empty at the end. */
  static byte[] chunk(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(Integer.parseInt(line(in), 16));
    line(in);
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended in a line");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
