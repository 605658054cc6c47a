package io.tidegate.sidecar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderPolicyTest {
  private static MultiMap headers(String... pairs) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "X-Api-Key",
        "api-key",
        "x-goog-api-key",
        "Cookie",
        "Proxy-Authorization",
        "Proxy-Connection",
        "X-Tidegate-Tenant-Id",
        "X-Tidegate-Anything",
        "Forwarded",
        "X-Forwarded-For",
        "Host",
        "Content-Length",
        "Content-Encoding",
        "Transfer-Encoding",
        "TE",
        "Trailer",
        "Upgrade",
        "Keep-Alive",
        "Expect",
        "HTTP2-Settings"
      })
  void whatConcernsThisConnectionOrTheCallersKeyDoesNotLeave(String name) {
    assertThat(HeaderPolicy.toProvider(headers(name, "v"), false).names())
        .containsExactly("accept-encoding");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic-version",
        "anthropic-beta",
        "OpenAI-Organization",
        "Idempotency-Key",
        "X-Stainless-Retry-Count",
        "X-Client-Request-Id",
        "User-Agent",
        "Accept",
        "Content-Type",
        "traceparent",
        "X-Anything-New"
      })
  void everythingElseLeavesAsItCame(String name) {
    MultiMap to = HeaderPolicy.toProvider(headers(name, "v1", name, "v2"), false);
    assertThat(to.getAll(name)).containsExactly("v1", "v2");
  }

  @Test
  void whatConnectionNamesStaysOnThisConnectionBothWays() {
    MultiMap from =
        headers("Connection", "close, X-A", "connection", "x-b", "X-A", "1", "X-B", "2");
    assertThat(HeaderPolicy.toProvider(from, false).names()).containsExactly("accept-encoding");
    assertThat(HeaderPolicy.toCaller(from).names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-request-id",
        "request-id",
        "x-ratelimit-remaining-tokens",
        "anthropic-ratelimit-requests-limit",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
        "openai-organization",
        "openai-processing-ms",
        "content-encoding",
        "content-type",
        "www-authenticate"
      })
  void whatSdksShowTheirCallersComesBack(String name) {
    assertThat(HeaderPolicy.toCaller(headers(name, "v")).get(name)).isEqualTo("v");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set-cookie",
        "alt-svc",
        "transfer-encoding",
        "content-length",
        "keep-alive",
        "x-tidegate-route"
      })
  void cookiesFramingAndOurOwnNamesDoNotComeBack(String name) {
    assertThat(HeaderPolicy.toCaller(headers(name, "v")).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|true",
        "gzip, deflate, br|true",
        "br;q=1, GZIP;q=0.1|true",
        "*|true",
        "gzip;q=0|false",
        "gzip;q=0.000, *|false",
        "identity|false",
        "br|false",
        "*;q=0|false"
      })
  void onlyGzipIsAskedForAndOnlyIfTheCallerTakesIt(String accepted, boolean gzip) {
    MultiMap from = headers("Accept-Encoding", accepted);
    assertThat(HeaderPolicy.toProvider(from, false).getAll("accept-encoding"))
        .isEqualTo(List.of(gzip ? "gzip" : "identity"));
    assertThat(HeaderPolicy.toProvider(from, true).get("accept-encoding")).isEqualTo("identity");
  }
}
