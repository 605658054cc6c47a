package io.tidegate.e2e.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an API server answered to a write.
 *
 * @param code HTTP status
 * @param causes {@code FIELD REASON} of each cause; for a strict decoding error the unknown fields
 * @param spec as stored, defaults included; missing when refused
 * @param message of the refusal, for a reader
 */
record ApiVerdict(int code, SortedSet<String> causes, JsonNode spec, String message) {
  private static final Pattern UNKNOWN = Pattern.compile("unknown field \"([^\"]+)\"");

  static ApiVerdict of(int code, JsonNode body) {
    SortedSet<String> causes = new TreeSet<>();
    if (code >= 300) {
      body.path("details")
          .path("causes")
          .forEach(c -> causes.add(c.path("field").asText() + " " + c.path("reason").asText()));
      Matcher unknown = UNKNOWN.matcher(body.path("message").asText());
      if (body.path("message").asText().contains("strict decoding error")) {
        causes.clear();
        while (unknown.find()) {
          causes.add(unknown.group(1) + " FieldUnknown");
        }
      }
    }
    return new ApiVerdict(code, causes, body.path("spec"), body.path("message").asText());
  }

  boolean stored() {
    return code < 300;
  }

  /** Fields of the causes, without their reasons. */
  SortedSet<String> fields() {
    SortedSet<String> fields = new TreeSet<>();
    causes.forEach(cause -> fields.add(cause.substring(0, cause.lastIndexOf(' '))));
    return fields;
  }
}
