package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.config.Dialect;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One pass over the top level of a request; what lies deeper is read by its own readers. */
final class RequestWalk {
  /** Names that decide here or are edited: no second spelling of them may pass. */
  private static final Set<String> GOVERNED =
      Set.of(
          "model",
          "messages",
          "system",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "best_of",
          "temperature",
          "metadata",
          "user",
          "safety_identifier");

  private final Operation operation;
  private final Dialect dialect;
  private final JsonScanner json;
  private final InputBound bound;
  private final Metadata metadata;
  private final Map<String, ChatRequest.Span> fields = new LinkedHashMap<>();
  private String model;
  private boolean stream;
  private boolean usageAsked;
  private long outputCap = -1;
  private long answers = 1;

  RequestWalk(Operation operation, JsonScanner json) {
    this.operation = operation;
    this.dialect = operation.dialect();
    this.json = json;
    this.bound = new InputBound(dialect, json);
    this.metadata = new Metadata(dialect, json);
  }

  void run() throws NotJson, FieldFault {
    if (json.next() != JsonScanner.Token.OBJECT_START) {
      throw new NotJson("it must begin with '{'");
    }
    while (json.next() == JsonScanner.Token.NAME) {
      String name = json.text();
      int nameStart = json.start();
      checkName(name);
      JsonScanner.Token first = json.next();
      int valueStart = json.start();
      value(name, first);
      fields.put(name, new ChatRequest.Span(nameStart, valueStart, json.end()));
    }
    json.next();
    require("model");
    require("messages");
  }

  ChatRequest request(Buffer body) {
    return new ChatRequest(
        dialect,
        body,
        fields,
        model,
        stream,
        usageAsked,
        outputCap,
        Math.toIntExact(answers),
        metadata.fields(),
        body.length() + bound.overhead(),
        bound.unbounded());
  }

  private void checkName(String name) throws FieldFault {
    if (fields.containsKey(name)) {
      throw new FieldFault(name, "The field '" + name + "' stands twice. Send it once.");
    }
    String folded = JsonText.folded(name);
    if (!folded.equals(name) && GOVERNED.contains(folded)) {
      throw misspelt(name, folded);
    }
  }

  static FieldFault misspelt(String field, String right) {
    return new FieldFault(
        field,
        "The field '" + field + "' must be written '" + right + "': some servers read both.");
  }

  private void require(String name) throws FieldFault {
    if (!fields.containsKey(name)) {
      throw new FieldFault(name, "The field '" + name + "' is missing.");
    }
  }

  private void value(String name, JsonScanner.Token first) throws NotJson, FieldFault {
    boolean openAi = dialect == Dialect.OpenAI;
    switch (JsonText.folded(name)) {
      case "model" -> {
        expect(first == JsonScanner.Token.STRING, name, "a string");
        model = json.text();
      }
      case "stream" -> {
        expect(isFlag(first), name, "true or false");
        stream = first == JsonScanner.Token.TRUE && operation != Operation.COUNT_TOKENS;
      }
      case "messages" -> {
        expect(first == JsonScanner.Token.ARRAY_START, name, "a list");
        bound.messages();
      }
      case "max_tokens" -> cap(name, first);
      case "max_completion_tokens" -> {
        if (openAi) {
          cap(name, first);
        } else {
          json.skip(first);
        }
      }
      case "n", "best_of" -> answers(name, first, openAi);
      case "stream_options" -> streamOptions(first);
      case "system" -> system(first, openAi);
      case "tools", "functions" -> {
        if (first == JsonScanner.Token.ARRAY_START) {
          bound.tools(name);
        } else {
          json.skip(first);
        }
      }
      case "response_format", "output_config", "output_format", "guided_json" ->
          bound.schema(first);
      case "metadata", "user", "safety_identifier" -> metadata.read(name, first);
      default -> PricedFields.read(name, first, json, bound);
    }
  }

  private void system(JsonScanner.Token first, boolean openAi) throws NotJson, FieldFault {
    if (openAi) {
      json.skip(first);
      return;
    }
    expect(
        first == JsonScanner.Token.STRING
            || first == JsonScanner.Token.ARRAY_START
            || first == JsonScanner.Token.NULL,
        "system",
        "a string or a list of blocks");
    bound.content(first, "system");
  }

  private void cap(String name, JsonScanner.Token first) throws FieldFault {
    if (first != JsonScanner.Token.NULL) {
      long value = whole(name, first, 0);
      outputCap = outputCap < 0 ? value : Math.min(outputCap, value);
    }
  }

  private void answers(String name, JsonScanner.Token first, boolean openAi)
      throws NotJson, FieldFault {
    if (!openAi || first == JsonScanner.Token.NULL) {
      json.skip(first);
      return;
    }
    long value = whole(name, first, 1);
    if (value > 1024) {
      throw new FieldFault(name, "The field '" + name + "' must be at most 1024.");
    }
    answers = Math.max(answers, value);
  }

  private void streamOptions(JsonScanner.Token first) throws NotJson, FieldFault {
    expect(
        first == JsonScanner.Token.OBJECT_START || first == JsonScanner.Token.NULL,
        "stream_options",
        "an object");
    if (first == JsonScanner.Token.NULL) {
      return;
    }
    boolean seen = false;
    while (json.next() == JsonScanner.Token.NAME) {
      String name = json.text();
      boolean asks = "include_usage".equals(name);
      if (!asks && "include_usage".equals(JsonText.folded(name))) {
        throw misspelt("stream_options." + name, "include_usage");
      }
      JsonScanner.Token value = json.next();
      if (asks) {
        String field = "stream_options.include_usage";
        if (seen) {
          throw new FieldFault(field, "The field '" + field + "' stands twice. Send it once.");
        }
        seen = true;
        expect(isFlag(value), field, "true or false");
        usageAsked = value == JsonScanner.Token.TRUE;
      }
      json.skip(value);
    }
  }

  private static boolean isFlag(JsonScanner.Token token) {
    return token == JsonScanner.Token.TRUE
        || token == JsonScanner.Token.FALSE
        || token == JsonScanner.Token.NULL;
  }

  private long whole(String name, JsonScanner.Token first, int least) throws FieldFault {
    expect(first == JsonScanner.Token.NUMBER, name, "a whole number");
    String text = json.text();
    try {
      long value = text.length() > 40 ? -1 : new BigDecimal(text).longValueExact();
      expect(value >= least, name, "a whole number of at least " + least);
      return value;
    } catch (ArithmeticException | NumberFormatException e) {
      throw new FieldFault(name, "The field '" + name + "' must be a whole number.");
    }
  }

  private static void expect(boolean holds, String name, String what) throws FieldFault {
    if (!holds) {
      throw new FieldFault(name, "The field '" + name + "' must be " + what + ".");
    }
  }
}
