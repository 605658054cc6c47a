package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What the embedded API answers.
 *
 * @param code HTTP status
 * @param body JSON body
 * @param warnings sentences for {@code Warning} headers, as admission may return them
 */
record ApiAnswer(int code, JsonNode body, List<String> warnings) {
  ApiAnswer(int code, JsonNode body) {
    this(code, body, List.of());
  }

  boolean ok() {
    return code < 300;
  }

  ApiAnswer withWarnings(List<String> more) {
    return new ApiAnswer(code, body, more);
  }
}
