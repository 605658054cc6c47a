package io.tidegate.e2e.sdk;

import static io.tidegate.e2e.sdk.Scenarios.require;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The official anthropic-java, set up by {@code ANTHROPIC_BASE_URL} and {@code ANTHROPIC_API_KEY}
 * alone.
 */
public final class AnthropicJavaProgram {
  private final AnthropicClient client = AnthropicOkHttpClient.fromEnv();

  public static void main(String[] args) {
    AnthropicJavaProgram program = new AnthropicJavaProgram();
    new Scenarios()
        .add("unary", program::unary)
        .add("headers", program::headers)
        .add("count tokens", program::countTokens)
        .add("stream", program::stream)
        .add("tool round trip", program::toolRoundTrip)
        .add("provider error", program::providerError)
        .add("budget refusal", program::budgetRefusal)
        .add("fallback", program::fallback)
        .add("cancel in mid-stream", program::cancel)
        .run();
    System.exit(0);
  }

  private static MessageCreateParams.Builder ask(String model, String text) {
    return MessageCreateParams.builder().model(model).maxTokens(200).addUserMessage(text);
  }

  private static String text(Message message) {
    StringBuilder text = new StringBuilder();
    message.content().forEach(block -> block.text().ifPresent(t -> text.append(t.text())));
    return text.toString();
  }

  private String unary() {
    String nonce = UUID.randomUUID().toString();
    Message answer = client.messages().create(ask("claude-small", "echo " + nonce).build());
    require(text(answer).contains(nonce), "does not speak of the question: " + text(answer));
    require(answer.usage().outputTokens() > 0, "no usage");
    return text(answer);
  }

  private String headers() {
    try (HttpResponseFor<Message> raw =
        client.messages().withRawResponse().create(ask("claude-small", "hello").build())) {
      require(raw.requestId().isPresent(), "request-id is lost");
      require(
          !raw.headers().values("anthropic-ratelimit-requests-limit").isEmpty(),
          "rate limits are lost");
      return raw.requestId().get();
    }
  }

  private String countTokens() {
    long tokens =
        client
            .messages()
            .countTokens(
                MessageCountTokensParams.builder()
                    .model("claude-small")
                    .addUserMessage("how long is this?")
                    .build())
            .inputTokens();
    require(tokens > 0, "no count");
    return tokens + " tokens";
  }

  private String stream() {
    String nonce = UUID.randomUUID().toString();
    MessageAccumulator all = MessageAccumulator.create();
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(ask("claude-small", "echo " + nonce).build())) {
      stream.stream().forEach(all::accumulate);
    }
    Message answer = all.message();
    require(text(answer).contains(nonce), "does not speak of the question: " + text(answer));
    require(answer.usage().outputTokens() > 0, "no usage");
    return text(answer);
  }

  private String toolRoundTrip() {
    Tool weather =
        Tool.builder()
            .name("get_weather")
            .description("Weather of a city")
            .inputSchema(
                Tool.InputSchema.builder()
                    .properties(
                        Tool.InputSchema.Properties.builder()
                            .putAdditionalProperty("city", JsonValue.from(Map.of("type", "string")))
                            .build())
                    .addRequired("city")
                    .build())
            .build();
    MessageCreateParams.Builder params =
        ask("claude-small", "How is the weather in Bergen?").addTool(weather);
    Message first = client.messages().create(params.build());
    List<ToolUseBlock> uses =
        first.content().stream().map(ContentBlock::toolUse).flatMap(o -> o.stream()).toList();
    require(uses.size() == 1, "tool uses: " + first.content());
    params.addMessage(first);
    params.addUserMessageOfContentBlockParams(
        List.of(
            ContentBlockParam.ofToolResult(
                ToolResultBlockParam.builder()
                    .toolUseId(uses.get(0).id())
                    .content("{\"celsius\": 7}")
                    .build())));
    String text = text(client.messages().create(params.build()));
    require(text.contains("celsius"), "the tool's result did not arrive: " + text);
    return text;
  }

  private String providerError() {
    try {
      client.messages().create(ask("claude-broken", "hello").build());
    } catch (AnthropicServiceException e) {
      require(e.statusCode() == 400, "status " + e.statusCode());
      return e.getMessage();
    }
    throw new AssertionError("the provider's error did not arrive");
  }

  private String budgetRefusal() {
    try {
      client.messages().create(ask("claude-costly", "hello").build());
    } catch (RateLimitException e) {
      require(
          e.getMessage().contains("TenantBudget"), "does not name the budget: " + e.getMessage());
      return e.getMessage();
    }
    throw new AssertionError("the budget did not refuse");
  }

  private String fallback() {
    return text(client.messages().create(ask("claude-fragile", "hello").build()));
  }

  private String cancel() {
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(ask("claude-slow", "count for a long time").build())) {
      Iterator<RawMessageStreamEvent> it = stream.stream().iterator();
      require(it.hasNext(), "no first event");
      it.next();
    }
    return "closed after the first event";
  }
}
