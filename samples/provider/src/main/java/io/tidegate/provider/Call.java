package io.tidegate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One request, as far as an answer depends on it.
 *
 * @param lastText the last user's or tool's words
 * @param inputTokens counted, before any factor
 * @param maxTokens the cap on output; 0: none
 * @param choices how many answers are wanted
 * @param tool the tool to call; null: answer with text
 * @param schema of the structured answer; null: plain text
 * @param includeUsage OpenAI's {@code stream_options.include_usage}
 */
record Call(
    String model,
    boolean stream,
    String lastText,
    int inputTokens,
    int maxTokens,
    int choices,
    Tool tool,
    JsonNode schema,
    boolean includeUsage) {

  /**
   * A function that the caller offers.
   *
   * @param parameters its JSON schema
   */
  record Tool(String name, JsonNode parameters) {}

  /** Four characters each, and three for each message around them. */
  static int tokens(List<String> texts) {
    int tokens = 0;
    for (String text : texts) {
      tokens += 3 + text.length() / 4;
    }
    return tokens;
  }
}
