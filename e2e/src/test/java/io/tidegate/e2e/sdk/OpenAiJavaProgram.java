package io.tidegate.e2e.sdk;

import static io.tidegate.e2e.sdk.Scenarios.require;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The official openai-java, set up by {@code OPENAI_BASE_URL} and {@code OPENAI_API_KEY} alone. */
public final class OpenAiJavaProgram {
  private final OpenAIClient client = OpenAIOkHttpClient.fromEnv();

  public static void main(String[] args) {
    OpenAiJavaProgram program = new OpenAiJavaProgram();
    new Scenarios()
        .add("models", program::models)
        .add("unary", program::unary)
        .add("headers", program::headers)
        .add("stream", program::stream)
        .add("stream with usage", program::streamWithUsage)
        .add("tool round trip", program::toolRoundTrip)
        .add("structured output", program::structuredOutput)
        .add("provider error", program::providerError)
        .add("budget refusal", program::budgetRefusal)
        .add("fallback", program::fallback)
        .add("cancel in mid-stream", program::cancel)
        .run();
    System.exit(0);
  }

  private static ChatCompletionCreateParams.Builder ask(String model, String text) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
  }

  private String models() {
    List<String> ids = client.models().list().data().stream().map(m -> m.id()).toList();
    require(ids.contains("small"), "no model 'small' in " + ids);
    return ids.toString();
  }

  private String unary() {
    String nonce = UUID.randomUUID().toString();
    ChatCompletion first =
        client.chat().completions().create(ask("small", "echo " + nonce).build());
    String text = first.choices().get(0).message().content().orElseThrow();
    require(text.contains(nonce), "the answer does not speak of the question: " + text);
    require(first.usage().orElseThrow().completionTokens() > 0, "no usage");
    return text;
  }

  private String headers() {
    try (HttpResponseFor<ChatCompletion> raw =
        client.chat().completions().withRawResponse().create(ask("small", "hello").build())) {
      String requestId = raw.requestId().orElse("");
      require(!requestId.isEmpty(), "x-request-id is lost");
      require(
          !raw.headers().values("x-ratelimit-limit-requests").isEmpty(), "rate limits are lost");
      require(!raw.headers().values("x-tidegate-call-id").isEmpty(), "no call id");
      require(raw.parse().choices().size() == 1, "no choice");
      return requestId;
    }
  }

  private String stream() {
    String nonce = UUID.randomUUID().toString();
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    int chunks = 0;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(ask("small", "echo " + nonce).build())) {
      for (Iterator<ChatCompletionChunk> it = stream.stream().iterator(); it.hasNext(); chunks++) {
        ChatCompletionChunk chunk = it.next();
        require(chunk.usage().isEmpty(), "a usage chunk that nobody asked for");
        all.accumulate(chunk);
      }
    }
    String text = all.chatCompletion().choices().get(0).message().content().orElseThrow();
    require(text.contains(nonce), "the stream does not speak of the question: " + text);
    require(chunks > 2, "only " + chunks + " chunks");
    return chunks + " chunks";
  }

  private String streamWithUsage() {
    ChatCompletionCreateParams params =
        ask("small", "hello")
            .streamOptions(
                com.openai.models.chat.completions.ChatCompletionStreamOptions.builder()
                    .includeUsage(true)
                    .build())
            .build();
    long output = 0;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      for (Iterator<ChatCompletionChunk> it = stream.stream().iterator(); it.hasNext(); ) {
        output = Math.max(output, it.next().usage().map(u -> u.completionTokens()).orElse(0L));
      }
    }
    require(output > 0, "no usage though asked for");
    return output + " tokens";
  }

  private String toolRoundTrip() {
    FunctionDefinition weather =
        FunctionDefinition.builder()
            .name("get_weather")
            .description("Weather of a city")
            .parameters(
                FunctionParameters.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .putAdditionalProperty(
                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                    .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                    .build())
            .build();
    ChatCompletionCreateParams.Builder params =
        ask("small", "How is the weather in Bergen?").addFunctionTool(weather);
    ChatCompletionMessage message =
        client.chat().completions().create(params.build()).choices().get(0).message();
    List<ChatCompletionMessageFunctionToolCall> calls = new ArrayList<>();
    message.toolCalls().orElse(List.of()).forEach(c -> c.function().ifPresent(calls::add));
    require(calls.size() == 1, "tool calls: " + calls);
    require(calls.get(0).function().name().equals("get_weather"), "wrong tool");
    params.addMessage(message);
    params.addMessage(
        ChatCompletionToolMessageParam.builder()
            .toolCallId(calls.get(0).id())
            .content("{\"celsius\": 7}")
            .build());
    String text =
        client
            .chat()
            .completions()
            .create(params.build())
            .choices()
            .get(0)
            .message()
            .content()
            .orElse("");
    require(text.contains("celsius"), "the tool's result did not arrive: " + text);
    return text;
  }

  /** Shape of the structured answer. */
  static final class Ticket {
    @JsonPropertyDescription("what it is about")
    public String title;

    public int severity;
  }

  private String structuredOutput() {
    Ticket ticket =
        client
            .chat()
            .completions()
            .create(ask("small", "a ticket, please").responseFormat(Ticket.class).build())
            .choices()
            .get(0)
            .message()
            .content()
            .orElseThrow();
    require(ticket.title != null && !ticket.title.isEmpty(), "no title");
    return ticket.title + " " + ticket.severity;
  }

  private String providerError() {
    try {
      client.chat().completions().create(ask("broken", "hello").build());
    } catch (OpenAIServiceException e) {
      require(e.statusCode() == 400, "status " + e.statusCode());
      require(
          !String.valueOf(e.getMessage()).contains("tidegate_"), "not the provider's own error");
      return e.getMessage();
    }
    throw new AssertionError("the provider's error did not arrive");
  }

  private String budgetRefusal() {
    try {
      client.chat().completions().create(ask("costly", "hello").build());
    } catch (RateLimitException e) {
      require(
          e.getMessage().contains("TenantBudget"), "does not name the budget: " + e.getMessage());
      return e.getMessage();
    }
    throw new AssertionError("the budget did not refuse");
  }

  private String fallback() {
    ChatCompletion answer = client.chat().completions().create(ask("fragile", "hello").build());
    require(!answer.choices().get(0).message().content().orElse("").isEmpty(), "no answer");
    return answer.model();
  }

  private String cancel() {
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(ask("slow", "count for a long time").build())) {
      Iterator<ChatCompletionChunk> it = stream.stream().iterator();
      require(it.hasNext(), "no first chunk");
      it.next();
    }
    return "closed after the first chunk";
  }
}
