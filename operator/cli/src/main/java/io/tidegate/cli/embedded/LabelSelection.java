package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A LabelSelector (meta/v1) against labels; an absent or empty selector matches everything. */
final class LabelSelection {
  private LabelSelection() {}

  static boolean matches(JsonNode selector, JsonNode labels) {
    for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
      if (!labels.path(wanted.getKey()).asText("").equals(wanted.getValue().asText())) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      if (!holds(expression, labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(JsonNode expression, JsonNode labels) {
    JsonNode value = labels.path(expression.path("key").asText());
    return switch (expression.path("operator").asText()) {
      case "In" -> listed(expression, value);
      case "NotIn" -> !listed(expression, value);
      case "Exists" -> !value.isMissingNode();
      case "DoesNotExist" -> value.isMissingNode();
      default -> false;
    };
  }

  private static boolean listed(JsonNode expression, JsonNode value) {
    for (JsonNode item : expression.path("values")) {
      if (!value.isMissingNode() && item.asText().equals(value.asText())) {
        return true;
      }
    }
    return false;
  }
}
