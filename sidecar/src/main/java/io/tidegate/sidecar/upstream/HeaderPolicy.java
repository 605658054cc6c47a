package io.tidegate.sidecar.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers cross the sidecar. Everything survives, both ways, but for: what belongs to one
 * connection (RFC 9110, section 7.6.1, and what {@code Connection} names), credentials and cookies,
 * who forwarded what, and our own {@code x-tidegate-*}. Pure.
 */
public final class HeaderPolicy {
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "content-length");

  /**
   * Content-Encoding too: the body was inflated on arrival. Accept-Encoding is rewritten, since
   * only gzip can be read on its way.
   */
  private static final Set<String> REQUEST_ONLY =
      Set.of(
          "host",
          "expect",
          "content-encoding",
          "accept-encoding",
          "authorization",
          "x-api-key",
          "api-key",
          "x-goog-api-key",
          "cookie",
          "cookie2",
          "forwarded",
          "via",
          "x-real-ip");

  /** Alt-Svc would send the client around us. */
  private static final Set<String> RESPONSE_ONLY = Set.of("set-cookie", "set-cookie2", "alt-svc");

  private HeaderPolicy() {}

  /**
   * What of a caller's headers goes to a provider; credential and framing are the sender's to add.
   *
   * @param plainOnly true where the answer must come unencoded because it will be edited
   */
  public static MultiMap toProvider(MultiMap from, boolean plainOnly) {
    MultiMap to = HttpHeaders.headers();
    Set<String> named = namedByConnection(from);
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!isHeldBack(name, named, REQUEST_ONLY) && !name.startsWith("x-forwarded-")) {
        to.add(header.getKey(), header.getValue());
      }
    }
    boolean gzip = !plainOnly && acceptsGzip(from.getAll("accept-encoding"));
    to.set(HttpHeaders.ACCEPT_ENCODING, gzip ? "gzip" : "identity");
    return to;
  }

  /** What of a provider's headers goes to the caller. */
  public static MultiMap toCaller(MultiMap from) {
    MultiMap to = HttpHeaders.headers();
    Set<String> named = namedByConnection(from);
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!isHeldBack(name, named, RESPONSE_ONLY)) {
        to.add(header.getKey(), header.getValue());
      }
    }
    return to;
  }

  private static boolean isHeldBack(String name, Set<String> named, Set<String> more) {
    return OF_ONE_CONNECTION.contains(name)
        || more.contains(name)
        || named.contains(name)
        || name.startsWith("x-tidegate-")
        || name.startsWith("proxy-")
        || name.startsWith(":");
  }

  private static Set<String> namedByConnection(MultiMap headers) {
    List<String> values = headers.getAll(HttpHeaders.CONNECTION);
    if (values.isEmpty()) {
      return Set.of();
    }
    Set<String> named = new HashSet<>();
    for (String value : values) {
      for (String token : value.split(",", -1)) {
        named.add(token.strip().toLowerCase(Locale.ROOT));
      }
    }
    return named;
  }

  /** RFC 9110, section 12.5.3: {@code gzip} or {@code *} with a weight that is not zero. */
  static boolean acceptsGzip(List<String> values) {
    boolean any = false;
    for (String value : values) {
      for (String part : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        int semicolon = part.indexOf(';');
        String coding = (semicolon < 0 ? part : part.substring(0, semicolon)).strip();
        boolean wanted =
            semicolon < 0 || !part.substring(semicolon + 1).strip().matches("q=0(\\.0*)?");
        if (coding.equals("gzip") || coding.equals("x-gzip")) {
          return wanted;
        }
        any |= coding.equals("*") && wanted;
      }
    }
    return any;
  }
}
