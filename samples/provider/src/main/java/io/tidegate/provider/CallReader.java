package io.tidegate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Body to {@link Call}, in either dialect. */
final class CallReader {
  private static final int MOST_CHOICES = 16;

  private CallReader() {}

  static Call openAi(JsonNode body) throws CallRefused {
    String model = model(body);
    JsonNode messages = messages(body);
    if (model.contains("reasoning") && body.has("max_tokens")) {
      throw new CallRefused(
          400,
          "Unsupported parameter: 'max_tokens' is not supported with this model."
              + " Use 'max_completion_tokens' instead.",
          null);
    }
    int cap = body.path("max_completion_tokens").asInt(body.path("max_tokens").asInt(0));
    int choices = body.path("n").asInt(1);
    if (choices < 1 || choices > MOST_CHOICES) {
      throw new CallRefused(400, "n must be between 1 and " + MOST_CHOICES, null);
    }
    return new Call(
        model,
        body.path("stream").asBoolean(),
        lastText(messages),
        Call.tokens(texts(body)),
        cap,
        choices,
        openAiTool(body, messages),
        openAiSchema(body),
        body.path("stream_options").path("include_usage").asBoolean());
  }

  static Call anthropic(JsonNode body, boolean counting) throws CallRefused {
    String model = model(body);
    JsonNode messages = messages(body);
    int cap = body.path("max_tokens").asInt(0);
    if (!counting && cap < 1) {
      throw new CallRefused(400, "max_tokens: Field required", null);
    }
    return new Call(
        model,
        body.path("stream").asBoolean(),
        lastText(messages),
        Call.tokens(texts(body)),
        cap,
        1,
        anthropicTool(body, messages),
        anthropicSchema(body),
        true);
  }

  private static String model(JsonNode body) throws CallRefused {
    String model = body.path("model").asText("");
    if (model.isEmpty()) {
      throw new CallRefused(400, "model: Field required", null);
    }
    if (model.contains("no-such-model")) {
      throw new CallRefused(404, "The model `" + model + "` does not exist", null);
    }
    return model;
  }

  private static JsonNode messages(JsonNode body) throws CallRefused {
    JsonNode messages = body.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw new CallRefused(400, "messages: a list with at least one message is required", null);
    }
    return messages;
  }

  /** All text that a model would read: messages, system, tools. */
  private static List<String> texts(JsonNode body) {
    List<String> texts = new ArrayList<>();
    body.path("messages").forEach(message -> texts.add(text(message.path("content"))));
    if (body.has("system")) {
      texts.add(text(body.path("system")));
    }
    body.path("tools").forEach(tool -> texts.add(tool.toString()));
    return texts;
  }

  private static String lastText(JsonNode messages) {
    return text(messages.get(messages.size() - 1).path("content"));
  }

  /** Content is a string, or parts with text, or a tool's result with either. */
  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (part.has("text")) {
        text.append(part.path("text").asText()).append(' ');
      } else if (part.has("content")) {
        text.append(text(part.path("content"))).append(' ');
      }
    }
    return text.toString().strip();
  }

  /** A tool is called once: after its result comes text. */
  private static Call.Tool openAiTool(JsonNode body, JsonNode messages) {
    boolean answered = "tool".equals(messages.get(messages.size() - 1).path("role").asText());
    boolean forbidden = "none".equals(body.path("tool_choice").asText());
    JsonNode function = body.path("tools").path(0).path("function");
    return answered || forbidden || function.isMissingNode()
        ? null
        : new Call.Tool(function.path("name").asText(), function.path("parameters"));
  }

  private static Call.Tool anthropicTool(JsonNode body, JsonNode messages) {
    boolean answered = false;
    for (JsonNode part : messages.get(messages.size() - 1).path("content")) {
      answered |= "tool_result".equals(part.path("type").asText());
    }
    boolean forbidden = "none".equals(body.path("tool_choice").path("type").asText());
    JsonNode tool = body.path("tools").path(0);
    return answered || forbidden || tool.isMissingNode()
        ? null
        : new Call.Tool(tool.path("name").asText(), tool.path("input_schema"));
  }

  private static JsonNode openAiSchema(JsonNode body) {
    JsonNode format = body.path("response_format");
    return switch (format.path("type").asText()) {
      case "json_schema" -> format.path("json_schema").path("schema");
      case "json_object" -> format.path("schema");
      default -> null;
    };
  }

  private static JsonNode anthropicSchema(JsonNode body) {
    JsonNode format =
        body.has("output_format")
            ? body.path("output_format")
            : body.path("output_config").path("format");
    return "json_schema".equals(format.path("type").asText()) ? format.path("schema") : null;
  }
}
