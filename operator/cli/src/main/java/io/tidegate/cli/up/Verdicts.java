package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.cli.manifest.Manifest;
import io.tidegate.cli.manifest.Problem;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the stored conditions of the applied objects say, each under its object and type such as
 * {@code ModelRoute shop/chat: ResolvedRefs}. A condition that is neither here nor there, as one
 * that the operator still works on, is in none of the two.
 *
 * @param problems what is wrong, with the condition's message
 * @param good conditions whose status is the good one
 */
record Verdicts(Map<String, Problem> problems, Set<String> good) {
  private static final Set<String> TOLD = Set.of("Accepted", "ResolvedRefs", "Programmed");
  private static final Set<String> NOT_RUN = Set.of("Refused", "Lagging");

  /**
   * @param stored objects as the API server has them, by what they were applied from
   */
  static Verdicts of(Map<Manifest, JsonNode> stored) {
    Map<String, Problem> problems = new LinkedHashMap<>();
    Set<String> good = new LinkedHashSet<>();
    stored.forEach(
        (manifest, object) -> {
          for (JsonNode condition : object.path("status").path("conditions")) {
            String key = manifest.title() + ": " + condition.path("type").asText();
            if (isBad(condition)) {
              problems.put(key, problem(manifest, condition));
            } else if (condition.path("status").asText().equals("True")) {
              good.add(key);
            }
          }
        });
    return new Verdicts(problems, good);
  }

  private static Problem problem(Manifest manifest, JsonNode condition) {
    return new Problem(
        manifest.file(),
        manifest.line(),
        manifest.title(),
        condition.path("type").asText()
            + "=False, "
            + condition.path("reason").asText()
            + ": "
            + told(condition, manifest),
        "mend what the message names, and save");
  }

  /** The condition's message without the object's name, which the problem says already. */
  private static String told(JsonNode condition, Manifest manifest) {
    String message = condition.path("message").asText();
    String own = manifest.title() + ": ";
    return message.startsWith(own) ? message.substring(own.length()) : message;
  }

  private static boolean isBad(JsonNode condition) {
    String kind = condition.path("type").asText();
    // A route that is held back is so for a reason that one of the other two names already.
    return TOLD.contains(kind)
        && condition.path("status").asText().equals("False")
        && (!kind.equals("Programmed") || NOT_RUN.contains(condition.path("reason").asText()));
  }
}
