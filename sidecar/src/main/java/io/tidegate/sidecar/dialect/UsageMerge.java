package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.policy.Usage;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Usage objects of one answer, made one. OpenAI repeats the whole object, so the last one counts;
 * Anthropic sends cumulative parts, where null or silence keeps what was said before.
 *
 * <p>Sources: OpenAI's openapi.json, {@code CompletionUsage}; Anthropic's API reference, {@code
 * Usage} and {@code MessageDeltaUsage}.
 */
final class UsageMerge {
  /** No answer has more; keeps every product with a price inside a long. */
  private static final long MOST = 1_000_000_000L;

  private static final long UNSAID = -1;

  private enum Part {
    PROMPT("prompt_tokens"),
    COMPLETION("completion_tokens"),
    TOTAL("total_tokens"),
    CACHED("prompt_tokens_details.cached_tokens"),
    CACHE_WRITE("prompt_tokens_details.cache_write_tokens"),
    REASONING("completion_tokens_details.reasoning_tokens"),
    INPUT("input_tokens"),
    OUTPUT("output_tokens"),
    READ("cache_read_input_tokens"),
    CREATED("cache_creation_input_tokens"),
    CREATED_5M("cache_creation.ephemeral_5m_input_tokens"),
    CREATED_1H("cache_creation.ephemeral_1h_input_tokens"),
    THINKING("output_tokens_details.thinking_tokens");

    private static final Part[] ALL = values();
    private final String path;

    Part(String path) {
      this.path = path;
    }
  }

  private final long[] parts = new long[Part.ALL.length];
  private boolean seen;

  UsageMerge() {
    Arrays.fill(parts, UNSAID);
  }

  /** Takes one usage object; one that is no JSON object says nothing. */
  void merge(byte[] bytes, int length) {
    long[] said = new long[parts.length];
    Arrays.fill(said, UNSAID);
    try {
      read(new JsonScanner(bytes, 0, length, 16), said);
    } catch (NotJson e) {
      // The provider's usage cannot be read: the call is settled as if it had sent none.
      return;
    }
    boolean openAi = said[Part.PROMPT.ordinal()] >= 0 || said[Part.COMPLETION.ordinal()] >= 0;
    for (int i = 0; i < said.length; i++) {
      seen |= said[i] >= 0;
      if (openAi || said[i] >= 0) {
        parts[i] = said[i];
      }
    }
  }

  private static void read(JsonScanner json, long[] said) throws NotJson {
    json.next();
    while (json.next() == JsonScanner.Token.NAME) {
      String name = json.text();
      JsonScanner.Token value = json.next();
      if (value == JsonScanner.Token.OBJECT_START) {
        while (json.next() == JsonScanner.Token.NAME) {
          String path = name + "." + json.text();
          JsonScanner.Token inner = json.next();
          note(path, inner, json, said);
          json.skip(inner);
        }
      } else {
        note(name, value, json, said);
        json.skip(value);
      }
    }
  }

  private static void note(String path, JsonScanner.Token value, JsonScanner json, long[] said) {
    if (value != JsonScanner.Token.NUMBER) {
      return;
    }
    for (Part part : Part.ALL) {
      if (part.path.equals(path)) {
        said[part.ordinal()] = number(json.text());
      }
    }
  }

  /** Whatever the form of the number; a negative or absurd one is brought into bounds. */
  private static long number(String text) {
    try {
      BigDecimal value = new BigDecimal(text);
      if (value.signum() <= 0) {
        return 0;
      }
      return value.compareTo(BigDecimal.valueOf(MOST)) >= 0 ? MOST : value.longValue();
    } catch (NumberFormatException e) {
      // An exponent that no number type holds.
      return MOST;
    }
  }

  /** Null if no figure was seen. */
  Usage usage() {
    if (!seen) {
      return null;
    }
    return parts[Part.PROMPT.ordinal()] >= 0 || parts[Part.COMPLETION.ordinal()] >= 0
        ? openAi()
        : anthropic();
  }

  /** Some compatible servers count reasoning in the total only; what is in the total was billed. */
  private Usage openAi() {
    long input = get(Part.PROMPT);
    long output = Math.max(get(Part.COMPLETION), get(Part.TOTAL) - input);
    long cached = Math.min(get(Part.CACHED), input);
    long written = Math.min(get(Part.CACHE_WRITE), input - cached);
    return new Usage(input, cached, written, 0, output, Math.min(get(Part.REASONING), output));
  }

  /** Anthropic counts what it reads from and writes to the cache beside {@code input_tokens}. */
  private Usage anthropic() {
    long oneHour = get(Part.CREATED_1H);
    long created = Math.max(get(Part.CREATED), get(Part.CREATED_5M) + oneHour);
    long read = get(Part.READ);
    long output = get(Part.OUTPUT);
    return new Usage(
        get(Part.INPUT) + created + read,
        read,
        created - oneHour,
        oneHour,
        output,
        Math.min(get(Part.THINKING), output));
  }

  private long get(Part part) {
    return Math.max(0, parts[part.ordinal()]);
  }
}
