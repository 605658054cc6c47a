package io.tidegate.sidecar.dialect;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Streams of tests, and what a reader forwards of them. */
final class Answers {
  static final String OPENAI =
      """
      : comment

      data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-5-x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

      data:{"id":"c1","choices":[{"index":0,"delta":{"content":"say \\"usage\\":{\\"prompt_tokens\\":99} \\ud83d\\ude00 \u20ac"},"finish_reason":null}],"usage":null}

      data: {"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"{"}}],"usage":{"prompt_tokens":77}},"finish_reason":null}]}

      data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

      data: {"id":"c1","choices":[],"usage":{"prompt_tokens":1e2,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":30,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":5}}}

      data: [DONE]

      """;

  static final String ANTHROPIC =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":300,"cache_read_input_tokens":200,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: ping
      data: {"type": "ping"}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\"usage\\":{\\"output_tokens\\":5000}","usage":{"output_tokens":5000}}}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":null,"output_tokens":42,"output_tokens_details":{"thinking_tokens":7}}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private Answers() {}

  /** All that is forwarded of the text, given in pieces of this size. */
  static String inPieces(AnswerReader reader, String text, int size) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Buffer out = Buffer.buffer();
    for (int from = 0; from < bytes.length; from += size) {
      int to = Math.min(bytes.length, from + size);
      out.appendBuffer(reader.take(Buffer.buffer(java.util.Arrays.copyOfRange(bytes, from, to))));
    }
    return out.appendBuffer(reader.finish()).toString();
  }

  /** All that is forwarded of the text, cut in two. */
  static String inTwo(AnswerReader reader, String text, int cut) {
    Buffer bytes = Buffer.buffer(text);
    Buffer out = Buffer.buffer();
    out.appendBuffer(reader.take(bytes.getBuffer(0, cut)));
    out.appendBuffer(reader.take(bytes.getBuffer(cut, bytes.length())));
    return out.appendBuffer(reader.finish()).toString();
  }
}
