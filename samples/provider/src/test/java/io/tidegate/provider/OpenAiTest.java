package io.tidegate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiTest extends ProviderTestCase {
  private static final String ASK =
      "{\"model\":\"sample-small\",\"messages\":[{\"role\":\"user\",\"content\":\"how high is the"
          + " tide\"}]%s}";

  @Test
  void noTwoAnswersAreTheSameAndEachEchoesTheQuestion() throws Exception {
    String one = text(json(openAi(ASK.formatted(""))));
    String two = text(json(openAi(ASK.formatted(""))));
    assertThat(one).contains("how high is the tide").isNotEqualTo(two);
    assertThat(two).startsWith("Answer 2 ");
  }

  @Test
  void aStreamSaysWhatAUnaryAnswerSaysAndEndsWithDone() throws Exception {
    HttpResponse<String> response = openAi(ASK.formatted(",\"stream\":true"));
    assertThat(response.headers().firstValue("content-type").orElse("")).contains("event-stream");
    assertThat(response.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"usage\"");
    StringBuilder text = new StringBuilder();
    List<JsonNode> events = events(response.body());
    events.forEach(e -> text.append(e.at("/choices/0/delta/content").asText("")));
    assertThat(text.toString()).contains("how high is the tide");
    assertThat(events.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void usageIsNullOnEveryChunkAndComesInAnExtraOneWhereAsked() throws Exception {
    List<JsonNode> events =
        events(
            openAi(ASK.formatted(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                .body());
    JsonNode last = events.removeLast();
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(events.size() - 2);
    assertThat(events).allMatch(e -> e.has("usage") && e.path("usage").isNull());
  }

  @Test
  void theCapEndsTheAnswer() throws Exception {
    JsonNode body = json(openAi(ASK.formatted(",\"max_completion_tokens\":3")));
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(3);
  }

  @Test
  void reasoningCountsAgainstTheCapAndIsReported() throws Exception {
    JsonNode usage =
        json(openAi(
                ASK.formatted(",\"max_completion_tokens\":20"), "x-sample-reasoning-tokens", "15"))
            .path("usage");
    assertThat(usage.path("completion_tokens").asInt()).isLessThanOrEqualTo(20);
    assertThat(usage.at("/completion_tokens_details/reasoning_tokens").asInt()).isEqualTo(15);
  }

  @Test
  void aToolIsCalledWithArgumentsOfItsSchemaAndItsResultIsAnswered() throws Exception {
    String tools =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"tide_at\",\"parameters\":{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"},\"hours\":{\"type\":\"integer\"}}}}}]";
    JsonNode choice = json(openAi(ASK.formatted(tools))).at("/choices/0");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    JsonNode function = choice.at("/message/tool_calls/0/function");
    assertThat(function.path("name").asText()).isEqualTo("tide_at");
    JsonNode arguments = JSON.readTree(function.path("arguments").asText());
    assertThat(arguments.path("port").isTextual()).isTrue();
    assertThat(arguments.path("hours").isInt()).isTrue();

    StringBuilder streamed = new StringBuilder();
    events(openAi(ASK.formatted(tools + ",\"stream\":true")).body())
        .forEach(
            e ->
                streamed.append(
                    e.at("/choices/0/delta/tool_calls/0/function/arguments").asText("")));
    assertThat(JSON.readTree(streamed.toString()).has("port")).isTrue();

    String after =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"4.2"
            + " metres\"}]"
            + tools
            + "}";
    assertThat(text(json(openAi(after)))).contains("4.2 metres");
  }

  @Test
  void aSchemaIsFollowed() throws Exception {
    String format =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"t\",\"schema\":{\"$defs\":{\"P\":{\"type\":\"object\",\"properties\":{\"lat\":{\"type\":\"number\"}}}},\"type\":\"object\",\"properties\":{\"place\":{\"$ref\":\"#/$defs/P\"},\"kind\":{\"enum\":[\"ebb\",\"flood\"]},\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}}}";
    JsonNode value = JSON.readTree(text(json(openAi(ASK.formatted(format)))));
    assertThat(value.at("/place/lat").isNumber()).isTrue();
    assertThat(value.path("kind").asText()).isIn("ebb", "flood");
    assertThat(value.path("tags").get(0).asText()).contains("how high");
  }

  @Test
  void severalChoicesAreSeveral() throws Exception {
    JsonNode body = json(openAi(ASK.formatted(",\"n\":3")));
    assertThat(body.path("choices")).hasSize(3);
    assertThat(events(openAi(ASK.formatted(",\"n\":2,\"stream\":true")).body()))
        .anyMatch(e -> e.at("/choices/0/index").asInt() == 1);
  }

  @Test
  void anEmojiSurvivesTheSplitIntoPieces() throws Exception {
    String ask =
        "{\"model\":\"m\",\"stream\":true,\"response_format\":{\"type\":\"json_object\"},\"messages\":[{\"role\":\"user\",\"content\":\"🌊🌊🌊🌊🌊🌊🌊🌊\"}]}";
    StringBuilder text = new StringBuilder();
    events(openAi(ask).body())
        .forEach(e -> text.append(e.at("/choices/0/delta/content").asText("")));
    assertThat(text.toString()).contains("🌊🌊🌊🌊🌊🌊🌊🌊");
  }

  private static String text(JsonNode body) {
    return body.at("/choices/0/message/content").asText();
  }
}
