package io.tidegate.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Chat Completions, after OpenAI's API description 2.3.0. */
final class OpenAi implements Dialect {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final InstantSource clock;

  OpenAi(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public ObjectNode unary(Answer answer) {
    ObjectNode body = head(answer, "chat.completion");
    ArrayNode choices = body.putArray("choices");
    for (int i = 0; i < answer.choices().size(); i++) {
      ObjectNode choice = choices.addObject().put("index", i);
      ObjectNode message = choice.putObject("message").put("role", "assistant");
      if (answer.tool() == null) {
        message.put("content", answer.whole(i));
      } else {
        message.putNull("content");
        ObjectNode call = message.putArray("tool_calls").addObject();
        call.put("id", callId(answer, i)).put("type", "function");
        call.putObject("function").put("name", answer.tool()).put("arguments", answer.whole(i));
      }
      message.putNull("refusal");
      choice.putNull("logprobs").put("finish_reason", finish(answer));
    }
    body.set("usage", usage(answer));
    return body;
  }

  @Override
  public List<Frame> stream(Answer answer, boolean includeUsage) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < answer.choices().size(); i++) {
      frames.add(delta(answer, i, includeUsage, opening(answer, i), null, 0));
      for (String piece : answer.choices().get(i)) {
        frames.add(delta(answer, i, includeUsage, piece(answer, piece), null, 1));
      }
      frames.add(delta(answer, i, includeUsage, NODES.objectNode(), finish(answer), 0));
    }
    if (includeUsage) {
      ObjectNode last = head(answer, "chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(answer));
      frames.add(frame(last.toString(), 0));
    }
    frames.add(frame("[DONE]", 0));
    return frames;
  }

  private static ObjectNode opening(Answer answer, int choice) {
    ObjectNode delta = NODES.objectNode().put("role", "assistant");
    if (answer.tool() == null) {
      return delta.put("content", "");
    }
    ObjectNode call = delta.putArray("tool_calls").addObject().put("index", 0);
    call.put("id", callId(answer, choice)).put("type", "function");
    call.putObject("function").put("name", answer.tool()).put("arguments", "");
    return delta;
  }

  private static ObjectNode piece(Answer answer, String piece) {
    ObjectNode delta = NODES.objectNode();
    if (answer.tool() == null) {
      return delta.put("content", piece);
    }
    ObjectNode call = delta.putArray("tool_calls").addObject().put("index", 0);
    call.putObject("function").put("arguments", piece);
    return delta;
  }

  private Frame delta(
      Answer answer, int index, boolean includeUsage, ObjectNode delta, String end, int tokens) {
    ObjectNode chunk = head(answer, "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", end);
    if (includeUsage) {
      chunk.putNull("usage");
    }
    return frame(chunk.toString(), tokens);
  }

  private static Frame frame(String data, int tokens) {
    return new Frame("data: " + data + "\n\n", tokens);
  }

  private ObjectNode head(Answer answer, String object) {
    return NODES
        .objectNode()
        .put("id", "chatcmpl-" + answer.id())
        .put("object", object)
        .put("created", clock.instant().getEpochSecond())
        .put("model", answer.model())
        .put("service_tier", "default")
        .put("system_fingerprint", "fp_sample");
  }

  private static String callId(Answer answer, int choice) {
    return "call_" + answer.id() + choice;
  }

  private static String finish(Answer answer) {
    if (answer.cut()) {
      return "length";
    }
    return answer.tool() == null ? "stop" : "tool_calls";
  }

  private static ObjectNode usage(Answer answer) {
    Answer.Usage usage = answer.usage();
    ObjectNode node = NODES.objectNode();
    node.put("prompt_tokens", usage.input())
        .put("completion_tokens", usage.output())
        .put("total_tokens", usage.input() + usage.output());
    node.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.cacheRead())
        .put("cache_write_tokens", usage.cacheWrite())
        .put("audio_tokens", 0);
    node.putObject("completion_tokens_details")
        .put("reasoning_tokens", usage.reasoning())
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
    return node;
  }

  @Override
  public ObjectNode error(int status, String message, String requestId) {
    ObjectNode body = NODES.objectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", type(status))
        .putNull("param")
        .put("code", code(status));
    return body;
  }

  private static String type(int status) {
    return switch (status) {
      case 400, 404, 413 -> "invalid_request_error";
      case 401 -> "authentication_error";
      case 429 -> "requests";
      default -> "server_error";
    };
  }

  private static String code(int status) {
    return switch (status) {
      case 401 -> "invalid_api_key";
      case 404 -> "model_not_found";
      case 429 -> "rate_limit_exceeded";
      default -> null;
    };
  }

  @Override
  public Frame errorFrame(String requestId) {
    return frame(error(500, "The sample provider failed in mid-stream", requestId).toString(), 0);
  }

  @Override
  public void headers(MultiMap headers, String requestId, long millis) {
    headers
        .set("x-request-id", requestId)
        .set("openai-organization", "sample-org")
        .set("openai-processing-ms", Long.toString(millis))
        .set("openai-version", "2020-10-01")
        .set("x-ratelimit-limit-requests", "10000")
        .set("x-ratelimit-remaining-requests", "9999")
        .set("x-ratelimit-reset-requests", "6ms")
        .set("x-ratelimit-limit-tokens", "2000000")
        .set("x-ratelimit-remaining-tokens", "1999000")
        .set("x-ratelimit-reset-tokens", "30ms");
  }
}
