package io.tidegate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnthropicTest extends ProviderTestCase {
  private static final String ASK =
      "{\"model\":\"claude-sample\",\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"how"
          + " high is the tide\"}]}]%s}";

  @Test
  void aMessageEchoesTheQuestion() throws Exception {
    JsonNode body = json(anthropic(ASK.formatted(100, "")));
    assertThat(body.at("/content/0/text").asText()).contains("how high is the tide");
    assertThat(body.path("stop_reason").asText()).isEqualTo("end_turn");
    assertThat(body.path("id").asText()).startsWith("msg_");
  }

  @Test
  void aStreamNamesItsEventsAndItsUsageIsCumulative() throws Exception {
    HttpResponse<String> response = anthropic(ASK.formatted(100, ",\"stream\":true"));
    List<JsonNode> events = events(response.body());
    assertThat(events.getFirst().path("type").asText()).isEqualTo("message_start");
    assertThat(events.getLast().path("type").asText()).isEqualTo("message_stop");
    assertThat(response.body()).startsWith("event: message_start\ndata: {");
    long pieces =
        events.stream().filter(e -> "content_block_delta".equals(e.path("type").asText())).count();
    JsonNode delta = events.get(events.size() - 2);
    assertThat(delta.at("/usage/output_tokens").asLong()).isEqualTo(pieces);
    assertThat(delta.at("/usage/input_tokens").asInt())
        .isEqualTo(events.getFirst().at("/message/usage/input_tokens").asInt());
  }

  @Test
  void cachedTokensStandBesideTheOthers() throws Exception {
    int plain = json(anthropic(ASK.formatted(9, ""))).at("/usage/input_tokens").asInt();
    JsonNode usage =
        json(anthropic(
                ASK.formatted(9, ""),
                "x-sample-cache-read-tokens",
                "2",
                "x-sample-cache-write-tokens",
                "3"))
            .path("usage");
    assertThat(usage.path("cache_read_input_tokens").asInt()).isEqualTo(2);
    assertThat(usage.path("cache_creation_input_tokens").asInt()).isEqualTo(3);
    assertThat(usage.path("input_tokens").asInt()).isEqualTo(plain - 5);
  }

  @Test
  void theUsageFactorMultipliesInput() throws Exception {
    int plain = json(anthropic(ASK.formatted(9, ""))).at("/usage/input_tokens").asInt();
    int more =
        json(anthropic(ASK.formatted(9, ""), "x-sample-usage-factor", "1.6"))
            .at("/usage/input_tokens")
            .asInt();
    assertThat(more).isEqualTo((int) Math.ceil(plain * 1.6));
  }

  @Test
  void theCapEndsTheMessage() throws Exception {
    JsonNode body = json(anthropic(ASK.formatted(2, "")));
    assertThat(body.path("stop_reason").asText()).isEqualTo("max_tokens");
    assertThat(body.at("/usage/output_tokens").asInt()).isEqualTo(2);
  }

  @Test
  void aToolIsUsedAndItsResultAnswered() throws Exception {
    String tools =
        ",\"tools\":[{\"name\":\"tide_at\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"}}}}]";
    JsonNode body = json(anthropic(ASK.formatted(100, tools)));
    assertThat(body.path("stop_reason").asText()).isEqualTo("tool_use");
    assertThat(body.at("/content/0/input/port").isTextual()).isTrue();

    StringBuilder streamed = new StringBuilder();
    events(anthropic(ASK.formatted(100, tools + ",\"stream\":true")).body())
        .forEach(e -> streamed.append(e.at("/delta/partial_json").asText("")));
    assertThat(JSON.readTree(streamed.toString()).has("port")).isTrue();

    String after =
        "{\"model\":\"m\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"4.2"
            + " metres\"}]}]"
            + tools
            + "}";
    assertThat(json(anthropic(after)).at("/content/0/text").asText()).contains("4.2 metres");
  }

  @Test
  void tokensAreCountedWithoutAnAnswer() throws Exception {
    JsonNode body =
        json(
            client.send(
                post(
                        "/v1/messages/count_tokens",
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
                        "x-api-key",
                        "k")
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
    assertThat(body.path("input_tokens").asInt()).isPositive();
    assertThat(stats().path("models")).isEmpty();
  }

  @Test
  void aMessageWithoutCapIsRefusedInTheDialect() throws Exception {
    HttpResponse<String> response =
        anthropic("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(response.body()).at("/error/type").asText())
        .isEqualTo("invalid_request_error");
  }
}
