package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ListenIT {
  private static final String ASKED = "{\"model\":\"m\",\"messages\":[],\"max_tokens\":9}";
  private CallRig rig;
  private FarEnd far;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    far = FarEnd.start(rig.vertx);
    rig.policy.set(
        new Snapshots()
            .maxBodyBytes(100_000)
            .target("one", Provider.Type.OpenAI, far.url())
            .target("two", Provider.Type.Anthropic, far.url())
            .load());
    far.then((seen, response) -> response.end("{\"n\":" + far.seen.size() + "}"));
  }

  @AfterEach
  void stop() throws Exception {
    far.close();
    rig.close();
  }

  private CallRig.Answer call(HttpMethod method, String path, String... header) throws Exception {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < header.length; i += 2) {
      headers.add(header[i], header[i + 1]);
    }
    return rig.call(HttpVersion.HTTP_1_1, method, path, headers, null);
  }

  /** What comes back for these bytes until the server closes or the text was seen. */
  private String raw(String request, String until) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.listener.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      StringBuilder got = new StringBuilder();
      byte[] part = new byte[4096];
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        got.append(new String(part, 0, n, StandardCharsets.UTF_8));
        if (until != null && got.indexOf(until) >= 0) {
          break;
        }
      }
      return got.toString();
    }
  }

  @Test
  void anUnknownPathIsA404InTheDialectThatTheHeadersShow() throws Exception {
    CallRig.Answer openAi = call(HttpMethod.GET, "/v1/files");
    assertThat(openAi.status()).isEqualTo(404);
    assertThat(openAi.text()).startsWith("{\"error\":{\"message\":");
    assertThat(rig.event().operation()).isEqualTo(Operation.UNKNOWN);
    CallRig.Answer anthropic = call(HttpMethod.GET, "/v1/files", "anthropic-version", "2023-06-01");
    assertThat(anthropic.text()).startsWith("{\"type\":\"error\"");
    assertThat(anthropic.headers().get("x-tidegate-route")).isEqualTo("none");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.REFUSED);
  }

  @ParameterizedTest
  @CsvSource({"GET,/v1/chat/completions,POST", "POST,/v1/models,GET", "OPTIONS,/v1/messages,POST"})
  void aWrongMethodIsA405ThatSaysTheRightOne(String method, String path, String allow)
      throws Exception {
    CallRig.Answer answer = call(HttpMethod.valueOf(method), path);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers().get("allow")).isEqualTo(allow);
    assertThat(rig.event().decision().reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED);
  }

  @Test
  void modelsAreAnsweredHere() throws Exception {
    assertThat(call(HttpMethod.GET, "/v1/models").text()).contains("\"id\":\"small\"");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.COMPLETED);
    CallRig.Answer head = call(HttpMethod.HEAD, "/v1/models");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body().length()).isZero();
    rig.event();
    assertThat(call(HttpMethod.GET, "/v1/models/none").status()).isEqualTo(404);
    rig.event();
    assertThat(far.seen).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void aBodyBeyondTheLimitIsA413(HttpVersion version) throws Exception {
    Buffer large = Buffer.buffer(new byte[3_000_000]);
    CallRig.Answer answer =
        rig.call(
            version,
            HttpMethod.POST,
            "/v1/chat/completions",
            MultiMap.caseInsensitiveMultiMap(),
            large);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).contains("spec.requestLimits.maxBodyBytes");
    CallEvent event = rig.event();
    assertThat(event.decision().reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(far.seen).isEmpty();
  }

  @Test
  void aChunkedBodyBeyondTheLimitIsA413WhileItIsRead() throws Exception {
    String chunk = "2000\r\n" + "x".repeat(0x2000) + "\r\n";
    String answer =
        raw(
            "POST /v1/messages HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                + chunk.repeat(20),
            "}}");
    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"type\":\"request_too_large\"");
    rig.event();
  }

  @Test
  void aSmallGzipThatIsLargeInsideIsA413() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[5_000_000]);
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-encoding", "gzip");
    assertThat(rig.post("/v1/chat/completions", headers, Buffer.buffer(out.toByteArray())).status())
        .isEqualTo(413);
    rig.event();
    assertThat(rig.post("/v1/chat/completions", headers, Buffer.buffer("no gzip")).status())
        .isEqualTo(400);
    rig.event();
    headers.set("content-encoding", "br");
    assertThat(rig.post("/v1/chat/completions", headers, Buffer.buffer("x")).text())
        .contains("Content-Encoding 'br'");
    rig.event();
  }

  @Test
  void aClientThatWaitsForContinueGetsItOrTheRefusal() throws Exception {
    String head = "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n";
    assertThat(raw(head + "content-length: 28\r\n\r\n", "Continue")).startsWith("HTTP/1.1 100");
    rig.event();
    String refused = raw(head + "content-length: 999999\r\n\r\n", null);
    assertThat(refused).startsWith("HTTP/1.1 413");
    rig.event();
  }

  @Test
  void pipelinedCallsAreAnsweredInOrder() throws Exception {
    String one =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: "
            + ASKED.length()
            + "\r\n\r\n"
            + ASKED;
    String answers = raw(one + one + one, "{\"n\":3}");
    assertThat(answers.indexOf("{\"n\":1}")).isPositive();
    assertThat(answers.indexOf("{\"n\":2}")).isGreaterThan(answers.indexOf("{\"n\":1}"));
    CallRig.until(() -> rig.events.size() == 3);
  }

  @Test
  void aClientThatGoesWhileItWritesIsACallThatEnded() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.listener.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{"
                  .getBytes(StandardCharsets.UTF_8));
      CallRig.until(() -> rig.line.openCalls() == 1);
    }
    assertThat(rig.event().outcome()).isEqualTo(Outcome.CLIENT_GONE);
  }

  @Test
  void withoutConfigurationCallsAreTold() throws Exception {
    rig.policy.set(null);
    CallRig.Answer answer = rig.post("/v1/chat/completions", ASKED);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("tidegate_no_configuration");
    assertThat(answer.headers().get("x-tidegate-config-version")).isEqualTo("none");
    assertThat(rig.event().configVersion()).isNull();
  }

  @Test
  void brokenJsonIsRefusedInTheDialectOfThePath() throws Exception {
    CallRig.Answer answer = rig.post("/v1/messages", "{\"model\":");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("invalid_request_error");
    rig.event();
  }
}
