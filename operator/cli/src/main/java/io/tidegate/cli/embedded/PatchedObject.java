package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.Map;

/** What an object becomes under a patch: JSON Patch (RFC 6902) or JSON Merge Patch (RFC 7386). */
final class PatchedObject {
  private PatchedObject() {}

  static ObjectNode of(ObjectNode current, String contentType, JsonNode patch) {
    String type = contentType == null ? "" : contentType.split(";", 2)[0].trim();
    JsonNode patched =
        switch (type) {
          case "application/json-patch+json" -> jsonPatch(current, patch);
          case "application/merge-patch+json" -> merge(current.deepCopy(), patch);
          default ->
              throw new ApiRefusal(
                  415,
                  "UnsupportedMediaType",
                  "the embedded API knows application/json-patch+json and"
                      + " application/merge-patch+json, not "
                      + type);
        };
    if (patched instanceof ObjectNode object) {
      return object;
    }
    throw ApiRefusal.badRequest("the patch does not leave an object");
  }

  private static JsonNode jsonPatch(ObjectNode current, JsonNode patch) {
    try {
      return JsonPatch.apply(patch, current.deepCopy());
    } catch (JsonPatchException | IllegalArgumentException e) {
      throw new ApiRefusal(
          422, "Invalid", "the server rejected our request due to an error in our patch: " + e);
    }
  }

  private static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode result = target instanceof ObjectNode o ? o : JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      if (field.getValue().isNull()) {
        result.remove(field.getKey());
      } else {
        JsonNode below = result.path(field.getKey());
        result.set(field.getKey(), merge(below, field.getValue()));
      }
    }
    return result;
  }
}
