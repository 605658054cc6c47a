package io.tidegate.sidecar.prompt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.tidegate.sidecar.config.Prompt;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The variables that a call states in its header. */
final class CallVariables {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private CallVariables() {}

  /**
   * @param text the string's text, or the number or word as the caller wrote it
   */
  record Value(JsonToken token, String text) {
    /** The text to put in the variable's place, if it is of its type and length. */
    String as(Prompt.Variable variable) throws VariableFault {
      boolean fits =
          switch (variable.type()) {
            case String -> token == JsonToken.VALUE_STRING;
            case Integer -> token == JsonToken.VALUE_NUMBER_INT;
            case Number ->
                token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
            case Boolean -> token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
          };
      if (!fits) {
        throw new VariableFault(
            variable.name(),
            "the variable '"
                + variable.name()
                + "' must be a JSON "
                + variable.type()
                + " in header "
                + PromptComposer.HEADER
                + ".");
      }
      int length = text.codePointCount(0, text.length());
      if (length > variable.maxLength()) {
        throw new VariableFault(
            variable.name(),
            "the variable '"
                + variable.name()
                + "' has "
                + length
                + " characters; spec.variables["
                + variable.name()
                + "].maxLength allows "
                + variable.maxLength()
                + ".");
      }
      return text;
    }
  }

  /** A null is as if it were not stated. */
  static Map<String, Value> read(String header) throws VariableFault {
    Map<String, Value> values = new LinkedHashMap<>();
    if (header == null) {
      return values;
    }
    try (JsonParser json = JSON.createParser(header)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        if (token.isStructStart()) {
          values.put(name, new Value(token, ""));
          json.skipChildren();
        } else if (token != JsonToken.VALUE_NULL) {
          values.put(name, new Value(token, json.getText()));
        }
      }
      if (json.nextToken() != null) {
        throw malformed();
      }
    } catch (IOException e) {
      throw malformed();
    }
    return values;
  }

  private static VariableFault malformed() {
    return new VariableFault(
        null,
        "the header "
            + PromptComposer.HEADER
            + " must be one JSON object of variables, each stated once.");
  }
}
