package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.config.Dialect;
import java.util.Set;

/**
 * Adds up what a provider may count beside the request's own bytes, and finds what has no bound.
 *
 * <p>The bytes: a tokenizer that falls back to bytes never makes more tokens than the text has
 * UTF-8 bytes, and JSON writes a text in at least as many bytes as the text has. What providers add
 * is covered by the constants here, each above the largest figure that was found. Media are never
 * bounded: what an image or a document costs depends on its pixels and pages, not on its bytes, and
 * no provider documents one maximum for all its models. Only names that are known to be text are
 * let through, so that a new kind of content is refused under a Strict budget, not underpriced.
 *
 * <p>A name that stands twice, or in two spellings, counts each time: whichever of them the
 * provider's parser takes, the worst of them is in the bound.
 */
final class InputBound {
  /**
   * Once a request: reply priming (3 tokens, OpenAI cookbook) and the system text that chat
   * templates add by themselves (about 100 tokens in Harmony, 40 in Llama 3.1).
   */
  static final int PRIMING = 512;

  /** For each message: role and delimiters (3 to 4, OpenAI cookbook; 5 in Llama 3's template). */
  static final int PER_MESSAGE = 16;

  /** For each content block: separators. */
  static final int PER_BLOCK = 8;

  /** Once where tools are given: Anthropic's tool use system prompt (at most 530 documented). */
  static final int TOOL_PROMPT = 1024;

  /** For each tool or schema: tags around it. */
  static final int PER_TOOL = 64;

  /**
   * For each Anthropic tool with a built-in schema: 245 (bash), 700 (text editor), 735 and 499
   * (computer use) are documented.
   */
  static final int BUILT_IN_TOOL = 2048;

  private static final Set<String> OPENAI_BLOCKS = Set.of("text", "refusal");
  private static final Set<String> ANTHROPIC_BLOCKS =
      Set.of(
          "text",
          "thinking",
          "redacted_thinking",
          "tool_use",
          "tool_result",
          "document",
          "search_result");
  private static final Set<String> MEDIA_NAMES =
      Set.of(
          "image_url",
          "image",
          "image_pil",
          "image_embeds",
          "input_audio",
          "audio",
          "audio_url",
          "audio_embeds",
          "video_url",
          "video",
          "file",
          "file_id");
  private static final Set<String> BUILT_IN_PREFIXES =
      Set.of("bash_", "text_editor_", "computer_", "memory_");

  private static final int LONGEST_PATH = 120;

  private final Dialect dialect;
  private final JsonScanner json;
  private long overhead = PRIMING;
  private String unbounded;

  InputBound(Dialect dialect, JsonScanner json) {
    this.dialect = dialect;
    this.json = json;
  }

  /** Tokens beside the bytes. */
  long overhead() {
    return overhead;
  }

  /** Path of the first part without a bound; null if all has one. */
  String unbounded() {
    return unbounded;
  }

  void mark(String path) {
    if (unbounded == null) {
      unbounded = path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
    }
  }

  /** Reads the array that has just begun. */
  void messages() throws NotJson {
    for (int i = 0; ; i++) {
      JsonScanner.Token token = json.next();
      if (token == JsonScanner.Token.ARRAY_END) {
        return;
      }
      overhead += PER_MESSAGE;
      if (token == JsonScanner.Token.OBJECT_START) {
        message("messages[" + i + "]");
      } else {
        json.skip(token);
      }
    }
  }

  private void message(String path) throws NotJson {
    while (json.next() == JsonScanner.Token.NAME) {
      String name = json.text();
      String folded = JsonText.folded(name);
      JsonScanner.Token value = json.next();
      if ("content".equals(folded)) {
        content(value, path + "." + name);
      } else {
        if (MEDIA_NAMES.contains(folded) && value != JsonScanner.Token.NULL) {
          mark(path + "." + name);
        }
        json.skip(value);
      }
    }
  }

  /** Reads a content value, whose first token is given. */
  void content(JsonScanner.Token first, String path) throws NotJson {
    if (first == JsonScanner.Token.OBJECT_START) {
      block(path);
    } else if (first == JsonScanner.Token.ARRAY_START) {
      for (int i = 0; ; i++) {
        JsonScanner.Token token = json.next();
        if (token == JsonScanner.Token.ARRAY_END) {
          return;
        }
        overhead += PER_BLOCK;
        content(token, path + "[" + i + "]");
      }
    }
  }

  private void block(String path) throws NotJson {
    boolean typed = false;
    while (json.next() == JsonScanner.Token.NAME) {
      String name = json.text();
      String folded = JsonText.folded(name);
      JsonScanner.Token value = json.next();
      switch (folded) {
        case "type" -> {
          typed |= "type".equals(name);
          String type = json.text();
          if (!(dialect == Dialect.OpenAI ? OPENAI_BLOCKS : ANTHROPIC_BLOCKS).contains(type)) {
            mark(path + "." + type);
          }
          json.skip(value);
        }
        case "content" -> content(value, path + "." + name);
        case "source" -> source(value, path + "." + name);
        case "citations" -> citations(value, path + "." + name);
        default -> {
          if (MEDIA_NAMES.contains(folded) && value != JsonScanner.Token.NULL) {
            mark(path + "." + name);
          }
          json.skip(value);
        }
      }
    }
    if (!typed) {
      mark(path + " (without a type)");
    }
  }

  /** Anthropic's document source: only {@code text} and {@code content} are in the bytes. */
  private void source(JsonScanner.Token first, String path) throws NotJson {
    if (first != JsonScanner.Token.OBJECT_START) {
      json.skip(first);
      return;
    }
    boolean typed = false;
    while (json.next() == JsonScanner.Token.NAME) {
      String name = json.text();
      String folded = JsonText.folded(name);
      JsonScanner.Token value = json.next();
      if ("type".equals(folded)) {
        typed |= "type".equals(name);
        String type = json.text();
        if (!"text".equals(type) && !"content".equals(type)) {
          mark(path + "." + type);
        }
      }
      if ("content".equals(folded)) {
        content(value, path + "." + name);
      } else {
        json.skip(value);
      }
    }
    if (!typed) {
      mark(path + " (without a type)");
    }
  }

  /** Citations make the provider cut the document in numbered pieces, whose count is unknown. */
  private void citations(JsonScanner.Token first, String path) throws NotJson {
    if (first != JsonScanner.Token.OBJECT_START) {
      json.skip(first);
      return;
    }
    while (json.next() == JsonScanner.Token.NAME) {
      boolean enabled = "enabled".equals(JsonText.folded(json.text()));
      JsonScanner.Token value = json.next();
      if (enabled && value != JsonScanner.Token.FALSE && value != JsonScanner.Token.NULL) {
        mark(path);
      }
      json.skip(value);
    }
  }

  /** Reads the array of tools that has just begun. */
  void tools(String path) throws NotJson {
    for (int i = 0; ; i++) {
      JsonScanner.Token token = json.next();
      if (token == JsonScanner.Token.ARRAY_END) {
        return;
      }
      if (i == 0) {
        overhead += TOOL_PROMPT;
      }
      overhead += PER_TOOL;
      laidOut(token, path + "[" + i + "]");
    }
  }

  /** Reads a response schema, whose first token is given. */
  void schema(JsonScanner.Token first) throws NotJson {
    if (first != JsonScanner.Token.NULL) {
      overhead += TOOL_PROMPT + PER_TOOL;
      laidOut(first, null);
    }
  }

  /**
   * Chat templates of open models print tools as JSON indented by four: at most one line feed, one
   * blank and four blanks a level for each token of it.
   *
   * @param tool path of the tool whose {@code type} must be known; null for a schema
   */
  private void laidOut(JsonScanner.Token first, String tool) throws NotJson {
    int outside =
        json.depth()
            - (first == JsonScanner.Token.OBJECT_START || first == JsonScanner.Token.ARRAY_START
                ? 1
                : 0);
    overhead += 2;
    while (json.depth() > outside) {
      JsonScanner.Token token = json.next();
      if (token != JsonScanner.Token.NAME) {
        overhead += 2 + 4L * (json.depth() - outside);
      } else if (tool != null && json.depth() == outside + 1 && isType()) {
        JsonScanner.Token value = json.next();
        overhead += 2 + 4L;
        if (value == JsonScanner.Token.STRING) {
          toolType(json.text(), tool);
        }
      }
    }
  }

  private boolean isType() {
    return "type".equals(JsonText.folded(json.text()));
  }

  private void toolType(String type, String tool) {
    if ("custom".equals(type) || dialect == Dialect.OpenAI && "function".equals(type)) {
      return;
    }
    if (dialect == Dialect.Anthropic && BUILT_IN_PREFIXES.stream().anyMatch(type::startsWith)) {
      overhead += BUILT_IN_TOOL;
    } else {
      mark(tool + "." + type);
    }
  }
}
