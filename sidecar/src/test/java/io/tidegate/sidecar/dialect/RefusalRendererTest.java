package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalRendererTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ObjectRef BUDGET = new ObjectRef("TenantBudget", "support", "acme");

  /** The type that the OpenAI SDKs show, and the one that selects Anthropic's exception. */
  private static final Map<String, List<String>> TYPES =
      Map.of(
          "budget", List.of("insufficient_quota", "rate_limit_error"),
          "rate_limit", List.of("rate_limit_exceeded", "rate_limit_error"),
          "permission", List.of("permission_error", "permission_error"),
          "not_found", List.of("invalid_request_error", "not_found_error"),
          "request_too_large", List.of("invalid_request_error", "request_too_large"),
          "invalid_request", List.of("invalid_request_error", "invalid_request_error"),
          "unavailable", List.of("server_error", "overloaded_error"),
          "timeout", List.of("server_error", "timeout_error"),
          "upstream", List.of("server_error", "api_error"),
          "internal", List.of("server_error", "api_error"));

  private static Refusal refusal(Reason reason, Duration retryAfter) {
    return new Refusal(reason, BUDGET, "monthly", "Say \"no\"\nto \u20ac 1.", retryAfter);
  }

  private static Map<String, String> headers(RefusalRenderer.Rendered rendered) {
    Map<String, String> headers = new HashMap<>();
    rendered
        .headers()
        .forEach(header -> assertThat(headers.put(header.getKey(), header.getValue())).isNull());
    return headers;
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyRefusalSpeaksBothDialects(Reason reason) throws JsonProcessingException {
    Refusal refusal = refusal(reason, null);
    List<String> types = TYPES.get(reason.family());

    var openAi = RefusalRenderer.render(Dialect.OpenAI, refusal, "call-1");
    assertThat(openAi.status()).isEqualTo(reason.status());
    JsonNode error = JSON.readTree(openAi.body().toString()).get("error");
    assertThat(error.get("message").textValue()).isEqualTo(refusal.message());
    assertThat(error.get("type").textValue()).isEqualTo(types.getFirst());
    assertThat(error.get("code").textValue()).isEqualTo(reason.code());
    assertThat(error.get("param").isNull()).isTrue();
    assertThat(headers(openAi))
        .containsEntry("content-type", "application/json")
        .containsEntry("x-request-id", "call-1")
        .containsEntry("x-should-retry", "false");

    var anthropic = RefusalRenderer.render(Dialect.Anthropic, refusal, "call-1");
    assertThat(anthropic.status()).isEqualTo(reason.status());
    JsonNode body = JSON.readTree(anthropic.body().toString());
    assertThat(body.get("type").textValue()).isEqualTo("error");
    assertThat(body.get("request_id").textValue()).isEqualTo("call-1");
    assertThat(body.at("/error/type").textValue()).isEqualTo(types.getLast());
    assertThat(body.at("/error/message").textValue()).isEqualTo(refusal.message());
    assertThat(body.at("/error/details/reason").textValue()).isEqualTo(reason.code());
    assertThat(headers(anthropic)).containsEntry("request-id", "call-1");
  }

  @Test
  void aBudgetRefusalIsTheProvidersOwnSpendLimit() throws JsonProcessingException {
    var rendered =
        RefusalRenderer.render(Dialect.Anthropic, refusal(Reason.BUDGET_EXHAUSTED, null), "id");
    assertThat(rendered.status()).isEqualTo(429);
    assertThat(
            JSON.readTree(rendered.body().toString()).at("/error/details/error_code").textValue())
        .isEqualTo("enforced_spend_limit_reached");
  }

  @Test
  void theFieldOfAMalformedRequestIsOpenAisParam() throws JsonProcessingException {
    Refusal refusal = Refusal.by(Reason.MALFORMED_REQUEST, null, "max_tokens", "m");
    assertThat(
            JSON.readTree(RefusalRenderer.render(Dialect.OpenAI, refusal, "id").body().toString())
                .at("/error/param")
                .textValue())
        .isEqualTo("max_tokens");
  }

  @Test
  void aShortWaitIsToldAndALongOneIsNotWaitedFor() {
    Map<String, String> shortly =
        headers(
            RefusalRenderer.render(
                Dialect.OpenAI,
                refusal(Reason.CONCURRENCY_EXHAUSTED, Duration.ofMillis(1200)),
                "id"));
    assertThat(shortly)
        .containsEntry("retry-after", "2")
        .containsEntry("retry-after-ms", "1200")
        .doesNotContainKey("x-should-retry");
    Map<String, String> late =
        headers(
            RefusalRenderer.render(
                Dialect.OpenAI, refusal(Reason.BUDGET_EXHAUSTED, Duration.ofHours(2)), "id"));
    assertThat(late).containsEntry("retry-after", "7200").containsEntry("x-should-retry", "false");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void insideAStreamItIsOneEventThatOurOwnReaderTakesForAnError(Reason reason) {
    for (Dialect dialect : Dialect.values()) {
      String event = RefusalRenderer.renderInStream(dialect, refusal(reason, null)).toString();
      assertThat(event).endsWith("\n\n").doesNotContain("\n\n\n");
      assertThat(event)
          .startsWith(dialect == Dialect.OpenAI ? "data: {\"error\":" : "event: error\n");
      AnswerReader reader =
          AnswerReader.of(io.tidegate.sidecar.call.Operation.CHAT_COMPLETIONS, true, true);
      assertThat(Answers.inPieces(reader, event, 3)).isEqualTo(event);
      assertThat(reader.providerErrorEvent()).isTrue();
    }
  }
}
