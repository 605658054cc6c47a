package io.tidegate.sidecar.dialect;

import java.util.Map;
import java.util.Set;

/**
 * Top-level fields that make a call cost what neither its bytes nor the model's price says: context
 * kept elsewhere, tools that the provider runs, dearer tiers, other models.
 */
final class PricedFields {
  /** Any value but null, false, an empty string, list or object. */
  private static final Set<String> PRESENT =
      Set.of(
          "previous_response_id",
          "conversation",
          "prompt",
          "container",
          "mcp_servers",
          "web_search_options",
          "search_parameters",
          "data_sources",
          "plugins",
          "prediction",
          "audio",
          "chat_template",
          "models",
          "fallbacks");

  /** Any value but null and these. */
  private static final Map<String, Set<String>> UNLESS =
      Map.of(
          "service_tier", Set.of("auto", "default", "flex", "standard_only"),
          "speed", Set.of("standard"),
          "inference_geo", Set.of("global"));

  private PricedFields() {}

  /** Reads the value, whose first token is given, and marks it in the bound if it is one. */
  static void read(String name, JsonScanner.Token first, JsonScanner json, InputBound bound)
      throws NotJson {
    String folded = JsonText.folded(name);
    Set<String> plain = UNLESS.get(folded);
    if (plain != null) {
      if (first != JsonScanner.Token.NULL && !plain.contains(json.text())) {
        bound.mark(name);
      }
      json.skip(first);
    } else if (PRESENT.contains(folded)) {
      if (!isEmpty(first, json)) {
        bound.mark(name);
      }
    } else if ("modalities".equals(folded)) {
      only(Set.of("text"), name, first, json, bound);
    } else if ("context_management".equals(folded)) {
      edits(first, json, bound);
    } else {
      json.skip(first);
    }
  }

  private static boolean isEmpty(JsonScanner.Token first, JsonScanner json) throws NotJson {
    return switch (first) {
      case NULL, FALSE -> true;
      case STRING -> json.text().isEmpty();
      case OBJECT_START, ARRAY_START -> {
        int outside = json.depth() - 1;
        json.next();
        boolean empty = json.depth() == outside;
        while (json.depth() > outside) {
          json.next();
        }
        yield empty;
      }
      default -> false;
    };
  }

  private static void only(
      Set<String> plain, String name, JsonScanner.Token first, JsonScanner json, InputBound bound)
      throws NotJson {
    if (first != JsonScanner.Token.ARRAY_START) {
      json.skip(first);
      return;
    }
    JsonScanner.Token token;
    while ((token = json.next()) != JsonScanner.Token.ARRAY_END) {
      if (!plain.contains(json.text())) {
        bound.mark(name);
      }
      json.skip(token);
    }
  }

  /** Anthropic: clearing shortens the input; compaction is a further, separately billed turn. */
  private static void edits(JsonScanner.Token first, JsonScanner json, InputBound bound)
      throws NotJson {
    if (first != JsonScanner.Token.OBJECT_START && first != JsonScanner.Token.ARRAY_START) {
      json.skip(first);
      return;
    }
    int outside = json.depth() - 1;
    while (json.depth() > outside) {
      if (json.next() == JsonScanner.Token.STRING && json.text().startsWith("compact")) {
        bound.mark("context_management");
      }
    }
  }
}
