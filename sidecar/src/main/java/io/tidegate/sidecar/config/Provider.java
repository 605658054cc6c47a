package io.tidegate.sidecar.config;

import java.util.List;
import java.util.Objects;

/**
 * Where models live.
 *
 * @param object the ModelProvider
 * @param type what the provider is, which decides the field that carries an output cap
 * @param endpoint absolute base URL: for OpenAI types it ends where {@code /chat/completions} is
 *     appended (usually {@code /v1}); for Anthropic {@code /v1/messages} is appended, or {@code
 *     /messages} if it ends in {@code /v1} already
 * @param credential the name under which the key comes on the credentials frame, {@code
 *     namespace/name} of the provider; null if the provider needs none
 * @param caBundlePem PEM certificates to trust in place of the system's; null for the system's
 * @param models the models that routes may name
 */
public record Provider(
    ObjectRef object,
    Type type,
    String endpoint,
    String credential,
    String caBundlePem,
    Timeouts timeouts,
    List<Model> models) {
  public Provider {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(endpoint, "endpoint");
    Objects.requireNonNull(timeouts, "timeouts");
    models = List.copyOf(models);
  }

  public Dialect dialect() {
    return type == Type.Anthropic ? Dialect.Anthropic : Dialect.OpenAI;
  }

  public enum Type {
    OpenAI,
    OpenAICompatible,
    Anthropic
  }

  /**
   * @param connectMillis to an open connection, TLS included
   * @param firstTokenMillis from the request's last byte to the first byte of the answer's body
   * @param idleMillis between two reads of an answer
   * @param totalMillis the whole attempt
   */
  public record Timeouts(
      long connectMillis, long firstTokenMillis, long idleMillis, long totalMillis) {}

  /**
   * @param name what routes refer to
   * @param id what the provider calls it, written into the request's {@code model}
   * @param contextTokens context window; null if unknown
   * @param maxOutputTokens the most the model can answer; null if unknown
   * @param price null if none was given: such a model cannot be used under a usd limit
   */
  public record Model(
      String name, String id, Integer contextTokens, Integer maxOutputTokens, Price price) {
    public Model {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * US dollars for a million tokens, as decimal strings with at most six places.
   *
   * @param cacheRead null: priced as input
   * @param cacheWrite a cache write of the shortest life; null: 1.25 times input (OpenAI's and
   *     Anthropic's list price ratio)
   * @param cacheWriteOneHour null: twice input (Anthropic's list price ratio)
   */
  public record Price(
      String input, String output, String cacheRead, String cacheWrite, String cacheWriteOneHour) {
    public Price {
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(output, "output");
    }
  }
}
