package io.tidegate.cli.get;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSONPath that printer columns use: {@code .a.b}, {@code [0]}, {@code
 * [?(@.type=="Ready")]}; the first match only.
 */
final class JsonPaths {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.([\\w-]+)|\\[(\\d+)]|\\[\\?\\(@\\.([\\w.]+)\\s*==\\s*[\"']([^\"']*)[\"']\\)]");

  private JsonPaths() {}

  /** The value at a path, missing where there is none. */
  static JsonNode at(JsonNode root, String path) {
    JsonNode value = root;
    Matcher step = STEP.matcher(path);
    int end = 0;
    while (step.find() && step.start() == end) {
      end = step.end();
      if (step.group(1) != null) {
        value = value.path(step.group(1));
      } else if (step.group(2) != null) {
        value = value.path(Integer.parseInt(step.group(2)));
      } else {
        value = first(value, step.group(3), step.group(4));
      }
    }
    if (end != path.length()) {
      throw new IllegalArgumentException("a path that is not understood here: " + path);
    }
    return value;
  }

  private static JsonNode first(JsonNode list, String field, String wanted) {
    for (JsonNode item : list) {
      if (item.path(field).asText().equals(wanted)) {
        return item;
      }
    }
    return MissingNode.getInstance();
  }
}
