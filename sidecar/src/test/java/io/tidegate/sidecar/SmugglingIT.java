package io.tidegate.sidecar;

import static io.tidegate.sidecar.HostileRig.ASKED;
import static io.tidegate.sidecar.HostileRig.INNER;
import static io.tidegate.sidecar.HostileRig.LAST;
import static io.tidegate.sidecar.HostileRig.LENGTH;
import static io.tidegate.sidecar.HostileRig.LINE;
import static io.tidegate.sidecar.HostileRig.PATH;
import static io.tidegate.sidecar.HostileRig.SENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.record.CallEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1 heads and framing that two parsers could read in two ways, on a raw socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmugglingIT {
  private static final String SIZE = Integer.toHexString(ASKED.length());
  private static final String CHUNKED = "transfer-encoding: chunked\r\n";
  private static final String CHUNKS = SIZE + "\r\n" + ASKED + "\r\n0\r\n\r\n";
  private HostileRig rig;

  @BeforeAll
  void start() throws Exception {
    rig = new HostileRig();
  }

  @BeforeEach
  void forget() {
    rig.rig.events.clear();
  }

  @AfterAll
  void stop() throws Exception {
    rig.close();
  }

  /** Each is what stands behind the request line and Host. */
  static Stream<String> headsThatAreOpenToDoubt() {
    String sized = LENGTH + "\r\n" + ASKED;
    return Stream.of(
        LENGTH + "content-length: 5\r\n\r\n" + ASKED,
        LENGTH + LENGTH + "\r\n" + ASKED,
        "content-length: 42, 5\r\n\r\n" + ASKED,
        "content-length: +42\r\n\r\n" + ASKED,
        "content-length: -1\r\n\r\n" + ASKED,
        "content-length: 42x\r\n\r\n" + ASKED,
        "content-length: 0x2a\r\n\r\n" + ASKED,
        "content-length: 4 2\r\n\r\n" + ASKED,
        "content-length: \r\n\r\n" + ASKED,
        "content-length: 99999999999999999999\r\n\r\n" + ASKED,
        "content-length : 42\r\n\r\n" + ASKED,
        LENGTH + CHUNKED + "\r\n" + CHUNKS,
        CHUNKED + "content-length: 4\r\n\r\n" + CHUNKS + INNER,
        CHUNKED + "content-length: 4\r\n\r\n0\r\n\r\n" + INNER,
        "transfer-encoding: xchunked\r\n" + sized,
        "transfer-encoding: xchunked\r\n\r\n" + INNER,
        "transfer-encoding: chunked, identity\r\n\r\n" + CHUNKS,
        "transfer-encoding: identity, chunked\r\n\r\n" + CHUNKS,
        "transfer-encoding: chunked, chunked\r\n\r\n" + CHUNKS,
        "transfer-encoding: gzip, chunked\r\n\r\n" + CHUNKS,
        "transfer-encoding: identity\r\n" + sized,
        "transfer-encoding: \"chunked\"\r\n\r\n" + CHUNKS,
        "transfer-encoding:\u000bchunked\r\n" + sized,
        "transfer-encoding: \r\n" + sized,
        "transfer-encoding : chunked\r\n" + sized,
        "transfer-encoding: identity\r\n" + CHUNKED + "\r\n" + CHUNKS,
        CHUNKED + "transfer-encoding: identity\r\n\r\n" + CHUNKS,
        CHUNKED + CHUNKED + "\r\n" + CHUNKS,
        "x-a: 1\nx-b: 2\r\n" + sized,
        "x-a: 1\ntransfer-encoding: chunked\r\n" + sized,
        "x-a: 1\rtransfer-encoding: chunked\r\n" + sized,
        "x-a : 1\r\n" + sized,
        "x-a: 1\u00002\r\n" + sized,
        "x-a: 1\u00012\r\n" + sized,
        "x-a: 1\u007f2\r\n" + sized,
        "x\u0000a: 1\r\n" + sized,
        "x(a): 1\r\n" + sized,
        ": 1\r\n" + sized,
        "xa\r\n" + sized,
        "host: b\r\n" + sized);
  }

  @ParameterizedTest
  @MethodSource("headsThatAreOpenToDoubt")
  void aHeadThatIsOpenToDoubtIsA400ThatEndsTheConnection(String rest) throws Exception {
    refused(LINE + rest, 400, Reason.MALFORMED_REQUEST);
  }

  static Stream<String> requestsThatAreNone() {
    String sized = LENGTH + "\r\n" + ASKED;
    String line = "POST " + PATH + " HTTP/1.1\r\n";
    return Stream.of(
        line + sized,
        line + "host: a b\r\n" + sized,
        line + "host: a/b\r\n" + sized,
        line + "host: u@a\r\n" + sized,
        line + " x: y\r\nhost: a\r\n" + sized,
        (LINE + sized).replace("\r\n", "\n"),
        LINE.replace("/chat", "/chat /x") + sized,
        LINE.replace("POST", "PO(ST") + sized,
        LINE.replace("1.1", "1.0") + CHUNKED + "\r\n" + CHUNKS,
        LINE.replace("1.1", "1.0") + "host: b\r\n" + sized,
        "GET /v1/models\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003".repeat(9),
        "\u0000\u0001\u0002\u0003\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("requestsThatAreNone")
  void whatIsNoRequestOfHttp1IsA400ThatEndsTheConnection(String request) throws Exception {
    refused(request, 400, Reason.MALFORMED_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-5\r\n" + ASKED,
        "ffffffffffffffff\r\n" + ASKED,
        "80000000\r\n" + ASKED,
        "10000002a\r\n" + ASKED,
        "zz\r\n" + ASKED,
        "0x2a\r\n" + ASKED,
        "\r\n2a\r\n" + ASKED,
        "2a;a=\"\r\n\"\r\n" + ASKED,
        "2a;a\nb\r\n" + ASKED,
        "2a\n" + ASKED + "\n0\n\n",
        "2a\r\n" + ASKED + "XX0\r\n\r\n"
      })
  void aBodyInBrokenChunksIsA400ThatEndsTheConnection(String body) throws Exception {
    assertThat(SIZE).isEqualTo("2a");
    refused(LINE + CHUNKED + "\r\n" + body, 400, Reason.MALFORMED_REQUEST);
  }

  @Test
  void whatIsTooLongIsSaidSo() throws Exception {
    String line = "POST " + PATH + "?" + "a".repeat(16 * 1024);
    refused(line, 414, Reason.TARGET_TOO_LONG);
    String header = "x-a: " + "a".repeat(64 * 1024);
    refused(LINE + header, 431, Reason.HEADERS_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "http/1.1", "ICAP/1.0"})
  void anotherProtocolIsA501ThatEndsTheConnection(String protocol) throws Exception {
    String answer = rig.raw(LINE.replace("HTTP/1.1", protocol) + LENGTH + "\r\n" + ASKED + INNER);
    assertThat(answer).containsPattern("^[A-Za-z]+/\\d\\.\\d 501 ").endsWith("\r\n\r\n");
    assertThat(rig.rig.events).isEmpty();
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @CsvSource({"anthropic-version: 1,/v1/x", "x: 1,/v1/messages"})
  void aFaultOfTheHeadSpeaksTheDialectOfTheCall(String header, String path) throws Exception {
    String answer =
        rig.raw("POST " + path + " HTTP/1.1\r\nhost: a\r\n" + header + "\r\nx-a : 1\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400").contains("{\"type\":\"error\"", "\"request_id\"");
    rig.onlyEvent();
    rig.nothingWentThrough();
  }

  private void refused(String request, int status, Reason reason) throws Exception {
    String answer = rig.raw(request);
    assertThat(answer)
        .containsPattern("^HTTP/1\\.[01] " + status + " ")
        .contains("connection: close\r\n", "content-type: application/json", "x-tidegate-call-id")
        .contains("{\"error\":{\"message\":", "\"code\":\"" + reason.code() + "\"")
        .containsOnlyOnce("x-tidegate-call-id");
    CallEvent event = rig.onlyEvent();
    assertThat(event.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(event.decision().reason()).isEqualTo(reason);
    assertThat(event.status()).isEqualTo(status);
    assertThat(event.budget().reserved().picoUsd()).isZero();
    rig.nothingWentThrough();
  }

  /** What a recipient may put up with, by RFC 9112 and 9110, and must then read in one way. */
  static Stream<String> requestsWithOneMeaning() {
    String sized = LENGTH + "\r\n" + ASKED;
    return Stream.of(
        LINE + LAST + "content-length: 000" + ASKED.length() + "\r\n\r\n" + ASKED,
        LINE + LAST + "Transfer-Encoding: CHUNKED\r\n\r\n" + CHUNKS,
        LINE + LAST + CHUNKED + "\r\n" + SIZE + ";a=b\r\n" + ASKED + "\r\n0\r\n\r\n",
        LINE + LAST + CHUNKED + "\r\n2\r\n{\"\r\n28\r\n" + ASKED.substring(2) + "\r\n0\r\n\r\n",
        LINE
            + LAST
            + CHUNKED
            + "trailer: x-t, authorization, content-length\r\n\r\n"
            + SIZE
            + "\r\n"
            + ASKED
            + "\r\n0\r\nx-t: smuggled\r\nauthorization: smuggled\r\ncontent-length: 5\r\n\r\n",
        LINE + LAST + "x-a: 1\r\n transfer-encoding: chunked\r\n" + sized,
        LINE + LAST + "x-a: h\u00e9\r\n" + sized,
        LINE + LAST + "expect: 100-continue\r\n" + sized,
        LINE + LAST + "expect: something-else\r\n" + sized,
        LINE + LAST + "upgrade: websocket\r\nsec-websocket-version: 13\r\n" + sized,
        LINE.replace("host: a", "host:") + LAST + sized,
        "\r\n\r\n" + LINE + LAST + sized,
        LINE.replace(" HTTP", " \t HTTP") + LAST + sized,
        LINE.replace("1.1", "1.0") + sized,
        "POST " + PATH + " HTTP/1.0\r\n" + sized);
  }

  @ParameterizedTest
  @MethodSource("requestsWithOneMeaning")
  void aRequestWithOneMeaningReachesTheProviderWithIt(String request) throws Exception {
    rig.far.wire.setLength(0);
    assertThat(rig.raw(request)).endsWith("\r\n\r\n{}");
    assertThat(rig.onlyEvent().outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(rig.far.wire.toString())
        .startsWith("POST " + PATH + " HTTP/1.1\r\n")
        .contains("content-length: " + SENT.length() + "\r\n")
        .endsWith("\r\n\r\n" + SENT)
        .containsOnlyOnce("HTTP/1.1")
        .doesNotContainIgnoringCase("\r\ntransfer-encoding")
        .doesNotContain("smuggled", "upgrade", "expect", "trailer");
    rig.nothingWentThrough();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /v1/models", "HEAD /v1/models", "POST /v1/files", "PUT /v1/messages"})
  void aBodyWhereNoneBelongsIsNoSecondRequest(String line) throws Exception {
    String length = "content-length: " + INNER.length() + "\r\n";
    rig.raw(line + " HTTP/1.1\r\nhost: a\r\n" + LAST + length + "\r\n" + INNER);
    rig.onlyEvent();
    rig.nothingWentThrough();
  }

  @Test
  void anHttp10ConnectionIsKeptOnlyWhereTheClientAsksForIt() throws Exception {
    String kept =
        "POST " + PATH + " HTTP/1.0\r\nconnection: keep-alive\r\n" + LENGTH + "\r\n" + ASKED;
    String last = "POST " + PATH + " HTTP/1.0\r\n" + LENGTH + "\r\n" + ASKED;
    assertThat(rig.raw(kept + last)).containsPattern("(?s)HTTP/1.0 200.*\\{}HTTP/1.0 200.*\\{}$");
    CallRig.until(() -> rig.rig.events.size() == 2);
    rig.rig.events.clear();
    rig.nothingWentThrough();
  }
}
