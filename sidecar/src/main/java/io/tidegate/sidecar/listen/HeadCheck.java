package io.tidegate.sidecar.listen;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds what two parsers could read in two ways in a request's head, and what is meant for somebody
 * else. The codec has refused most of it; the rest is here. Nothing of a refused head goes further.
 *
 * <p>Source: RFC 9112, sections 3.2 (Host, targets) and 6.1 (Transfer-Encoding); RFC 9113, section
 * 8.2.1 (field values).
 */
final class HeadCheck {
  private static final String NO_PLACE_IN_HOST = " /?#@\\,";

  private HeadCheck() {}

  /**
   * @return null if the head is sound
   */
  static Refusal fault(HttpServerRequest request) {
    if (request.decoderResult().isFailure()) {
      return unreadable(request.decoderResult().cause());
    }
    Refusal fault = ofTarget(request.uri(), request.localAddress());
    if (fault != null) {
      return fault;
    }
    return request.version() == HttpVersion.HTTP_2
        ? ofValues(request.headers())
        : ofFraming(request.headers(), request.version());
  }

  /** The codec's own words may hold what the client sent, so they are not passed on. */
  private static Refusal unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.of(
          Reason.TARGET_TOO_LONG,
          "The request line is longer than "
              + CallListener.MAX_LINE_BYTES
              + " bytes. Send what is long in the body.");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Refusal.of(
          Reason.HEADERS_TOO_LARGE,
          "The request's headers are larger than "
              + CallListener.MAX_HEADER_BYTES
              + " bytes. Send fewer or shorter ones.");
    }
    return malformed(
        "The request line or a header breaks the rules of HTTP/1.1 (RFC 9112): a control"
            + " character, a bare line feed, a blank before a colon, a Content-Length that is no"
            + " number or is there twice, or the like. Send it by an HTTP library.");
  }

  static Refusal ofTarget(String target, SocketAddress here) {
    if (target == null || target.isEmpty()) {
      return malformed("The request has no path. Use one such as /v1/chat/completions.");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return malformed(
            "The request's path or query holds a blank, a control character, a '#' or a byte"
                + " beyond ASCII (at "
                + i
                + "). Percent-encode it.");
      }
    }
    int scheme = target.charAt(0) == '/' ? -1 : target.indexOf("://");
    if (scheme > 0 && !isHere(target, scheme, here)) {
      return Refusal.of(
          Reason.MISDIRECTED,
          "Tidegate is no proxy: the request names another server than the one it was sent to."
              + " Set the SDK's base URL (OPENAI_BASE_URL, ANTHROPIC_BASE_URL) and no HTTP_PROXY.");
    }
    return null;
  }

  private static boolean isHere(String target, int scheme, SocketAddress here) {
    int end = scheme + 3;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    String server = target.substring(scheme + 3, end).toLowerCase(Locale.ROOT);
    String port = ":" + here.port();
    return target.regionMatches(true, 0, "http", 0, scheme)
        && List.of(
                "localhost" + port,
                "127.0.0.1" + port,
                "[::1]" + port,
                here.hostAddress() + port,
                "[" + here.hostAddress() + "]" + port)
            .contains(server);
  }

  private static Refusal ofFraming(MultiMap headers, HttpVersion version) {
    List<String> codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
    if (codings.size() > 1
        || codings.size() == 1 && !codings.getFirst().strip().equalsIgnoreCase("chunked")) {
      return malformed(
          "The request's Transfer-Encoding is not 'chunked' alone, so that it is open where its"
              + " body ends. Send it with a Content-Length, or with 'chunked' and no other word.");
    }
    List<String> hosts = headers.getAll(HttpHeaders.HOST);
    if (hosts.size() > 1 || hosts.isEmpty() && version == HttpVersion.HTTP_1_1) {
      return malformed(
          "The request has " + hosts.size() + " Host headers where there must be exactly one.");
    }
    if (!hosts.isEmpty() && !isHost(hosts.getFirst())) {
      return malformed("The request's Host header is no host with or without a port.");
    }
    if (headers.contains("")) {
      return malformed("The request has a header without a name.");
    }
    return null;
  }

  private static boolean isHost(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c >= 0x7f || NO_PLACE_IN_HOST.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** The codec of HTTP/2 lets through what would end a line of HTTP/1. */
  private static Refusal ofValues(MultiMap headers) {
    for (Map.Entry<String, String> header : headers) {
      String value = header.getValue();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c < ' ' && c != '\t' || c == 0x7f) {
          return malformed("A header of the request holds a control character. Leave it out.");
        }
      }
    }
    return null;
  }

  private static Refusal malformed(String message) {
    return Refusal.of(Reason.MALFORMED_REQUEST, message);
  }
}
