package io.tidegate.sidecar.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What an operator writes to a sidecar that it refuses: {@code {reason, message, credentials}}.
 *
 * @param message for a person; the whole text where it is not of this form
 * @param keepsCredentials whether the sidecar is told to keep what it has
 */
record OperatorRefusal(String message, boolean keepsCredentials) {
  private static final JsonMapper JSON = new JsonMapper();

  static OperatorRefusal read(String text) {
    try {
      JsonNode said = JSON.readTree(text);
      return new OperatorRefusal(
          said.path("message").asText(text), said.path("credentials").asText("").equals("kept"));
    } catch (JsonProcessingException e) {
      return new OperatorRefusal(text, false);
    }
  }
}
