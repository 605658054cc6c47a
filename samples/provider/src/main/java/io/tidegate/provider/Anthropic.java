package io.tidegate.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;

/** Messages, as the SDKs of anthropic-version 2023-06-01 read them. */
final class Anthropic implements Dialect {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public ObjectNode unary(Answer answer) {
    ObjectNode message = message(answer);
    ObjectNode block = message.putArray("content").addObject();
    if (answer.tool() == null) {
      block.put("type", "text").put("text", answer.whole(0));
    } else {
      toolBlock(block, answer).set("input", input(answer.whole(0)));
    }
    message.put("stop_reason", stop(answer)).putNull("stop_sequence");
    message.set("usage", usage(answer, answer.usage().output()));
    return message;
  }

  /** A cut call has arguments that are no JSON; the API then gives what it has as an object. */
  private static JsonNode input(String arguments) {
    try {
      return JSON.readTree(arguments);
    } catch (JsonProcessingException e) {
      return NODES.objectNode().put("partial", arguments);
    }
  }

  @Override
  public List<Frame> stream(Answer answer, boolean includeUsage) {
    List<Frame> frames = new ArrayList<>();
    ObjectNode start = NODES.objectNode().put("type", "message_start");
    ObjectNode message = message(answer);
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", usage(answer, 1));
    start.set("message", message);
    frames.add(frame(start, 0));
    frames.add(frame(blockStart(answer), 0));
    frames.add(frame(NODES.objectNode().put("type", "ping"), 0));
    for (String piece : answer.choices().getFirst()) {
      frames.add(frame(delta(answer, piece), 1));
    }
    frames.add(frame(NODES.objectNode().put("type", "content_block_stop").put("index", 0), 0));
    ObjectNode end = NODES.objectNode().put("type", "message_delta");
    end.putObject("delta").put("stop_reason", stop(answer)).putNull("stop_sequence");
    end.set("usage", usage(answer, answer.usage().output()));
    frames.add(frame(end, 0));
    frames.add(frame(NODES.objectNode().put("type", "message_stop"), 0));
    return frames;
  }

  private static ObjectNode blockStart(Answer answer) {
    ObjectNode start = NODES.objectNode().put("type", "content_block_start").put("index", 0);
    ObjectNode block = start.putObject("content_block");
    if (answer.tool() == null) {
      block.put("type", "text").put("text", "");
    } else {
      toolBlock(block, answer).putObject("input");
    }
    return start;
  }

  private static ObjectNode toolBlock(ObjectNode block, Answer answer) {
    return block
        .put("type", "tool_use")
        .put("id", "toolu_" + answer.id())
        .put("name", answer.tool());
  }

  private static ObjectNode delta(Answer answer, String piece) {
    ObjectNode event = NODES.objectNode().put("type", "content_block_delta").put("index", 0);
    ObjectNode delta = event.putObject("delta");
    if (answer.tool() == null) {
      delta.put("type", "text_delta").put("text", piece);
    } else {
      delta.put("type", "input_json_delta").put("partial_json", piece);
    }
    return event;
  }

  private static ObjectNode message(Answer answer) {
    return NODES
        .objectNode()
        .put("id", "msg_" + answer.id())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", answer.model());
  }

  private static String stop(Answer answer) {
    if (answer.cut()) {
      return "max_tokens";
    }
    return answer.tool() == null ? "end_turn" : "tool_use";
  }

  /** Output is cumulative: message_start says what there was by then, message_delta the total. */
  private static ObjectNode usage(Answer answer, int output) {
    Answer.Usage usage = answer.usage();
    ObjectNode node = NODES.objectNode();
    node.put("input_tokens", usage.uncachedInput())
        .put("cache_creation_input_tokens", usage.cacheWrite())
        .put("cache_read_input_tokens", usage.cacheRead());
    node.putObject("cache_creation")
        .put("ephemeral_5m_input_tokens", usage.cacheWrite())
        .put("ephemeral_1h_input_tokens", 0);
    node.put("output_tokens", output).put("service_tier", "standard");
    return node;
  }

  private static Frame frame(ObjectNode data, int tokens) {
    return new Frame("event: " + data.path("type").asText() + "\ndata: " + data + "\n\n", tokens);
  }

  @Override
  public ObjectNode error(int status, String message, String requestId) {
    ObjectNode body = NODES.objectNode().put("type", "error");
    body.putObject("error").put("type", type(status)).put("message", message);
    return body.put("request_id", requestId);
  }

  private static String type(int status) {
    return switch (status) {
      case 400 -> "invalid_request_error";
      case 401 -> "authentication_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 529 -> "overloaded_error";
      default -> "api_error";
    };
  }

  @Override
  public Frame errorFrame(String requestId) {
    return frame(error(529, "Overloaded", requestId), 0);
  }

  @Override
  public void headers(MultiMap headers, String requestId, long millis) {
    headers
        .set("request-id", requestId)
        .set("anthropic-organization-id", "sample-org")
        .set("anthropic-ratelimit-requests-limit", "4000")
        .set("anthropic-ratelimit-requests-remaining", "3999")
        .set("anthropic-ratelimit-requests-reset", "2030-01-01T00:00:00Z")
        .set("anthropic-ratelimit-input-tokens-limit", "400000")
        .set("anthropic-ratelimit-input-tokens-remaining", "399000")
        .set("anthropic-ratelimit-output-tokens-limit", "80000")
        .set("anthropic-ratelimit-output-tokens-remaining", "79000");
  }
}
