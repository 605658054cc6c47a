package io.tidegate.operator.admit;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;

/** The JSON patch (RFC 6902) that makes one pod of another. */
final class PodPatch {
  private PodPatch() {}

  /**
   * Only additions, removals and replacements. Where an array grows and a value moves at once, the
   * library takes a copy from an index that the array does not have yet, and an API server that
   * cannot apply a patch lets the pod through without its sidecar, or not at all.
   */
  static JsonNode between(JsonNode before, JsonNode after) {
    return JsonDiff.asJson(before, after, DiffFlags.dontNormalizeOpIntoMoveAndCopy());
  }
}
