package io.tidegate.cli.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;

/**
 * One object of a file.
 *
 * @param line where the document starts, counted from 1
 * @param lines line of every field by its path, such as {@code spec.rules[0].targets}
 */
public record Manifest(Path file, int line, ObjectNode object, Map<String, Integer> lines) {
  public String kind() {
    return object.path("kind").asText("");
  }

  public String apiVersion() {
    return object.path("apiVersion").asText("");
  }

  public String name() {
    return object.path("metadata").path("name").asText("");
  }

  /** The namespace as written; empty when the file names none. */
  public String namespace() {
    return object.path("metadata").path("namespace").asText("");
  }

  /** Such as {@code ModelRoute shop/chat}. */
  public String title() {
    return kind() + " " + (namespace().isEmpty() ? "" : namespace() + "/") + name();
  }

  /** The line of a field, or of its nearest parent that the file has. */
  public int lineOf(String path) {
    String at = path;
    while (!at.isEmpty()) {
      Integer found = lines.get(at);
      if (found != null) {
        return found;
      }
      int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
      at = cut < 0 ? "" : at.substring(0, cut);
    }
    return line;
  }
}
