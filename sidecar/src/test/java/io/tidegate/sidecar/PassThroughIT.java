package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PassThroughIT {
  private static final String ASKED =
      "{ \"x_unknown\" : [1.0, 1e3, -0, {\"b\":1,\"a\":2}],\n \"model\":\"vendor-small-1\","
          + "\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9 \\ud83d\\ude00\"}],"
          + "\"max_tokens\":17 , \"z\":null}";
  private static final String ANSWERED =
      "{\"id\":\"c1\",  \"model\":\"vendor-small-1\",\"choices\":[],\"new_field\":1.50e+2,"
          + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}";
  private CallRig rig;
  private FarEnd far;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    far = FarEnd.start(rig.vertx);
    rig.policy.set(new Snapshots().target("one", Provider.Type.OpenAI, far.url() + "/v1").load());
  }

  @AfterEach
  void stop() throws Exception {
    far.close();
    rig.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_0", "HTTP_1_1", "HTTP_2"})
  void bodiesArriveByteEqualBothWays(HttpVersion version) throws Exception {
    far.thenJson(200, ANSWERED);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-type", "application/json");
    CallRig.Answer answer =
        rig.call(
            version,
            HttpMethod.POST,
            "/v1/chat/completions?beta=true&x=%2F",
            headers,
            Buffer.buffer(ASKED));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(ANSWERED);
    assertThat(far.only().body().toString()).isEqualTo(ASKED);
    assertThat(far.only().uri()).isEqualTo("/v1/chat/completions?beta=true&x=%2F");
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(event.usageSource()).isEqualTo(UsageSource.measured);
    assertThat(event.usage().inputTokens()).isEqualTo(11);
    assertThat(event.cost().toDecimal()).isEqualTo("0.000025");
    assertThat(event.timings().overhead()).isPositive();
  }

  @Test
  void headersOfSdksSurviveAndCredentialsDoNot() throws Exception {
    far.then(
        (seen, response) ->
            response
                .putHeader("content-type", "application/json")
                .putHeader("x-request-id", "req_1")
                .putHeader("x-ratelimit-remaining-requests", "9")
                .putHeader("openai-processing-ms", "12")
                .putHeader("set-cookie", "a=b")
                .putHeader("x-tidegate-route", "spoofed")
                .end(ANSWERED));
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("Authorization", "Bearer app-key")
            .add("x-api-key", "app-key")
            .add("Cookie", "app-key")
            .add("x-tidegate-tenant-id", "acme")
            .add("X-Stainless-Lang", "java")
            .add("Idempotency-Key", "k1")
            .add("X-Hop", "app-key")
            .add("Connection", "X-Hop")
            .add("OpenAI-Beta", "assistants=v2");
    CallRig.Answer answer = rig.post("/v1/chat/completions", headers, Buffer.buffer(ASKED));
    FarEnd.Seen seen = far.only();
    assertThat(seen.headers().get("authorization")).isEqualTo("Bearer " + Snapshots.KEY + "-one");
    assertThat(seen.headers().toString()).doesNotContain("app-key").doesNotContain("acme");
    assertThat(seen.headers().get("x-stainless-lang")).isEqualTo("java");
    assertThat(seen.headers().get("idempotency-key")).isEqualTo("k1");
    assertThat(seen.headers().get("openai-beta")).isEqualTo("assistants=v2");
    assertThat(seen.headers().get("host")).startsWith("127.0.0.1:");
    assertThat(answer.headers().get("x-request-id")).isEqualTo("req_1");
    assertThat(answer.headers().get("x-ratelimit-remaining-requests")).isEqualTo("9");
    assertThat(answer.headers().get("openai-processing-ms")).isEqualTo("12");
    assertThat(answer.headers().contains("set-cookie")).isFalse();
    assertThat(answer.headers().getAll("x-tidegate-route"))
        .containsExactly("support/assist/everyday");
    assertThat(answer.headers().get("x-tidegate-config-version"))
        .isEqualTo(rig.policy.get().version());
    assertThat(answer.headers().get("x-tidegate-call-id")).isEqualTo(rig.event().callId());
  }

  @Test
  void onlyTheDeclaredEditsAreMade() throws Exception {
    rig.policy.set(
        new Snapshots()
            .target("one", Provider.Type.OpenAI, far.url() + "/v1")
            .limits(null, 5)
            .load());
    far.thenJson(200, ANSWERED);
    rig.post("/v1/chat/completions", ASKED.replace("vendor-small-1", "anything"));
    assertThat(far.only().body().toString())
        .isEqualTo(ASKED.replace("\"max_tokens\":17", "\"max_tokens\":5"));
    rig.event();
  }

  @Test
  void aGzippedRequestIsReadAndAGzippedAnswerComesAsItWas() throws Exception {
    byte[] packed = gzip(ANSWERED);
    far.then(
        (seen, response) ->
            response
                .putHeader("content-type", "application/json")
                .putHeader("content-encoding", "gzip")
                .end(Buffer.buffer(packed)));
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("content-encoding", "gzip")
            .add("accept-encoding", "br, gzip;q=0.5");
    CallRig.Answer answer = rig.post("/v1/chat/completions", headers, Buffer.buffer(gzip(ASKED)));
    assertThat(far.only().body().toString()).isEqualTo(ASKED);
    assertThat(far.only().headers().get("accept-encoding")).isEqualTo("gzip");
    assertThat(far.only().headers().contains("content-encoding")).isFalse();
    assertThat(answer.headers().get("content-encoding")).isEqualTo("gzip");
    assertThat(answer.body().getBytes()).isEqualTo(packed);
    assertThat(rig.event().usage().outputTokens()).isEqualTo(7);
  }

  @Test
  void anErrorOfTheProviderPassesAsItCame() throws Exception {
    far.then(
        (seen, response) ->
            response
                .setStatusCode(400)
                .putHeader("content-type", "application/json; charset=x")
                .putHeader("x-request-id", "req_9")
                .end("{\"error\" : {\"message\":\"no\"}}"));
    CallRig.Answer answer = rig.post("/v1/chat/completions", ASKED);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEqualTo("{\"error\" : {\"message\":\"no\"}}");
    assertThat(answer.headers().get("content-type")).isEqualTo("application/json; charset=x");
    assertThat(answer.headers().get("x-request-id")).isEqualTo("req_9");
    CallEvent event = rig.event();
    assertThat(event.status()).isEqualTo(400);
    assertThat(event.cost().picoUsd()).isZero();
  }

  @Test
  void anthropicGetsItsOwnKeyHeaderAndPath() throws Exception {
    rig.policy.set(new Snapshots().target("one", Provider.Type.Anthropic, far.url()).load());
    far.thenJson(200, "{\"type\":\"message\",\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}");
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("anthropic-version", "2026-10-21")
            .add("anthropic-beta", "a,b")
            .add("authorization", "Bearer app-key");
    rig.post("/messages?beta=true", headers, Buffer.buffer(ASKED));
    FarEnd.Seen seen = far.only();
    assertThat(seen.uri()).isEqualTo("/v1/messages?beta=true");
    assertThat(seen.headers().get("x-api-key")).isEqualTo(Snapshots.KEY + "-one");
    assertThat(seen.headers().contains("authorization")).isFalse();
    assertThat(seen.headers().get("anthropic-beta")).isEqualTo("a,b");
    assertThat(rig.event().usage().outputTokens()).isEqualTo(4);
  }

  @Test
  void theUsageEventThatNobodyAskedForIsHidden() throws Exception {
    String delta = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    String usage =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}}\n\n";
    far.thenStream(List.of(delta, usage, "data: [DONE]\n\n"));
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("accept-encoding", "gzip");
    CallRig.Answer answer =
        rig.post(
            "/v1/chat/completions",
            headers,
            Buffer.buffer("{\"model\":\"m\",\"stream\":true,\"messages\":[]}"));
    assertThat(far.only().body().toString()).contains("\"include_usage\":true");
    assertThat(far.only().headers().get("accept-encoding")).isEqualTo("identity");
    assertThat(answer.text()).isEqualTo(delta + "data: [DONE]\n\n");
    assertThat(rig.event().usage().inputTokens()).isEqualTo(5);
  }

  private static byte[] gzip(String text) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(Buffer.buffer(text).getBytes());
    }
    return out.toByteArray();
  }
}
