package io.tidegate.e2e.fuzz;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.dialect.DialectReader;
import io.tidegate.sidecar.dialect.Reading;
import io.tidegate.sidecar.dialect.RequestEdits;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A request's body is read or refused, and one that was read is still one after the edits that a
 * route makes. The first byte chooses the dialect.
 */
public final class RequestFuzz {
  private static final Profile.RequestLimits LIMITS = new Profile.RequestLimits(1 << 20, 64);

  private RequestFuzz() {}

  static List<String> seeds() {
    return List.of(
        """
        O{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":
        [{"type":"text","text":"h\\u00e9"},{"type":"image_url","image_url":{"url":"data:"}}]}],
        "stream":true,"stream_options":{"include_usage":true},"max_tokens":5,
        "max_completion_tokens":7,"n":2,"temperature":0.5,"metadata":{"a":"b"},"user":"u",
        "tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}
        """,
        """
        A{"model":"m","max_tokens":16,"system":[{"type":"text","text":"s"}],"stream":false,
        "messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":
        "tool_use","id":"t","name":"n","input":{"x":[1,-2.5e3,null,true]}}]}],
        "metadata":{"user_id":"u"},"stop_sequences":["\\n"],"temperature":1}
        """);
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Operation operation = input[0] == 'A' ? Operation.MESSAGES : Operation.CHAT_COMPLETIONS;
    Provider.Type type = input[0] == 'A' ? Provider.Type.Anthropic : Provider.Type.OpenAI;
    Buffer body = Buffer.buffer(input).getBuffer(1, input.length);
    if (DialectReader.read(operation, body, LIMITS) instanceof Reading.Read(ChatRequest request)) {
      Buffer edited =
          new RequestEdits()
              .model("other")
              .capOutput(7, type)
              .prepend(List.of(new Prompt.Message(Prompt.Role.user, "p")))
              .apply(request);
      if (!(DialectReader.read(operation, edited, LIMITS) instanceof Reading.Read)) {
        throw new AssertionError("the edited request is not readable any more: " + edited);
      }
    }
  }
}
