package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Profile;
import io.vertx.core.buffer.Buffer;

/** Requests of tests, read. */
final class Requests {
  static final Profile.RequestLimits LIMITS = new Profile.RequestLimits(1 << 20, 64);

  private Requests() {}

  static Reading read(Operation operation, String body) {
    return DialectReader.read(operation, Buffer.buffer(body), LIMITS);
  }

  static ChatRequest openAi(String body) {
    return accepted(read(Operation.CHAT_COMPLETIONS, body));
  }

  static ChatRequest anthropic(String body) {
    return accepted(read(Operation.MESSAGES, body));
  }

  /** An OpenAI call with these fields beside model and messages. */
  static ChatRequest openAiWith(String fields) {
    return openAi("{\"model\":\"m\",\"messages\":[]," + fields + "}");
  }

  /** An Anthropic call with these fields beside model and messages. */
  static ChatRequest anthropicWith(String fields) {
    return anthropic("{\"model\":\"m\",\"messages\":[]," + fields + "}");
  }

  static ChatRequest accepted(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Read.class);
    return ((Reading.Read) reading).request();
  }

  static Refusal refused(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Malformed.class);
    return ((Reading.Malformed) reading).refusal();
  }
}
