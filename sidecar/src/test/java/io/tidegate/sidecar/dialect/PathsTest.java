package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Dialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathsTest {
  @ParameterizedTest
  @CsvSource({
    "POST, /v1/chat/completions, CHAT_COMPLETIONS, OpenAI",
    "POST, /chat/completions?x=1, CHAT_COMPLETIONS, OpenAI",
    "POST, /v1/messages, MESSAGES, Anthropic",
    "POST, /messages, MESSAGES, Anthropic",
    "POST, /v1/v1/messages?beta=true, MESSAGES, Anthropic",
    "POST, /v1/messages/count_tokens, COUNT_TOKENS, Anthropic",
    "POST, /messages/count_tokens, COUNT_TOKENS, Anthropic",
    "POST, /v1/v1/messages/count_tokens, COUNT_TOKENS, Anthropic",
    "GET, /v1/models, LIST_MODELS, OpenAI",
    "GET, /models?limit=5, LIST_MODELS, OpenAI",
  })
  void whatSdksAskForIsServed(String method, String path, Operation operation, Dialect dialect) {
    Paths.Match match = Paths.match(method, path, false);
    assertThat(match.operation()).isEqualTo(operation);
    assertThat(match.dialect()).isEqualTo(dialect);
    assertThat(match.refusal()).isNull();
    assertThat(Paths.operation(method, path, true)).isEqualTo(operation);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/gpt-5, gpt-5",
    "/models/meta%2Fllama%3A8b, meta/llama:8b",
    "/models/org/model+x, org/model+x",
    "/models/bad%zz, bad%zz",
  })
  void aModelsNameIsDecoded(String path, String model) {
    Paths.Match match = Paths.match("GET", path, true);
    assertThat(match.operation()).isEqualTo(Operation.GET_MODEL);
    assertThat(match.model()).isEqualTo(model);
    assertThat(match.dialect()).isEqualTo(Dialect.Anthropic);
  }

  @ParameterizedTest
  @CsvSource({
    "/",
    "/v1",
    "/v1/",
    "/v1/models/",
    "/v1/responses",
    "/v1/v1/v1/messages",
    "/v1/messages/x",
    "''"
  })
  void otherPathsAreRefusedWithThoseThatAreServed(String path) {
    Paths.Match match = Paths.match("POST", path, false);
    assertThat(match.operation()).isEqualTo(Operation.UNKNOWN);
    assertThat(match.refusal().reason()).isEqualTo(Reason.UNKNOWN_PATH);
    assertThat(match.refusal().message()).contains("/v1/chat/completions");
  }

  @Test
  void aWrongMethodIsRefusedWithTheRightOne() {
    Paths.Match match = Paths.match("GET", "/v1/messages", false);
    assertThat(match.operation()).isEqualTo(Operation.MESSAGES);
    assertThat(match.refusal().reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED);
    assertThat(RefusalRenderer.render(match.dialect(), match.refusal(), "id").headers())
        .contains(java.util.Map.entry("allow", "POST"));
    assertThat(Paths.match("DELETE", "/v1/models/x", false).refusal().rule()).isEqualTo("GET");
  }
}
