package io.tidegate.e2e.fuzz;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.dialect.AnswerReader;
import io.tidegate.sidecar.dialect.FirstEvent;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A provider's answer passes byte for byte, cut anywhere. The first byte chooses the dialect and
 * the form, the second where it is cut.
 */
public final class AnswerFuzz {
  private static final int MOST_HELD = 256 * 1024;

  private AnswerFuzz() {}

  static List<String> seeds() {
    return List.of(
        """
        \u0001\u0010data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"}}]}

        data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}

        data: [DONE]

        """,
        """
        \u0003\u0007event: message_start
        data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

        event: error
        data: {"type":"error","error":{"type":"overloaded_error","message":"x"}}

        event: message_stop
        data: {"type":"message_stop"}

        """,
        """
        \u0000\u00ff{"model":"m","choices":[{"finish_reason":"stop","message":{"content":"x"}}],
        "usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}}
        """);
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Operation operation = (input[0] & 2) == 0 ? Operation.CHAT_COMPLETIONS : Operation.MESSAGES;
    boolean sse = (input[0] & 1) == 1;
    boolean hides = (input[0] & 4) == 4;
    Buffer answer = Buffer.buffer(input).getBuffer(2, input.length);
    AnswerReader reader = AnswerReader.of(operation, sse, hides);
    FirstEvent first = new FirstEvent();
    boolean opening = true;
    Buffer out = Buffer.buffer();
    int step = 1 + (input[1] & 0xff);
    for (int from = 0; from < answer.length(); from += step) {
      Buffer chunk = answer.getBuffer(from, Math.min(answer.length(), from + step));
      out.appendBuffer(reader.take(chunk));
      if (from + chunk.length() - out.length() > MOST_HELD && !hides) {
        throw new AssertionError("more is held back than the bound");
      }
      opening = opening && first.take(chunk) == FirstEvent.OPEN;
    }
    out.appendBuffer(reader.finish());
    if (hides ? out.length() > answer.length() : !out.equals(answer)) {
      throw new AssertionError("another answer came out: " + out);
    }
  }
}
