package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * What an API server writes into objects of its own kinds, as far as the line depends on it: a
 * namespace's name label, a Secret's {@code stringData} as {@code data}.
 */
final class BuiltInDefaults {
  private static final String STRING_DATA = "stringData";

  private BuiltInDefaults() {}

  static void apply(ResourcePath path, ObjectNode object) {
    if (path.is("", "namespaces")) {
      String own = object.path("metadata").path("name").asText();
      object.withObject("/metadata").withObject("/labels").put("kubernetes.io/metadata.name", own);
    }
    if (path.is("", "secrets") && object.path(STRING_DATA).isObject()) {
      ObjectNode data = object.withObject("/data");
      for (Map.Entry<String, JsonNode> entry : object.path(STRING_DATA).properties()) {
        byte[] bytes = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
        data.put(entry.getKey(), Base64.getEncoder().encodeToString(bytes));
      }
      object.remove(STRING_DATA);
    }
  }
}
