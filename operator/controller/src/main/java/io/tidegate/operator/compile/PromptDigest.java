package io.tidegate.operator.compile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.api.PromptVersionSpec;
import io.tidegate.sidecar.config.SnapshotCodec;

/**
 * The digest of a prompt version: SHA-256 of its spec as JSON with sorted keys, defaults written
 * out, empty parts left out. It does not depend on who wrote the defaults, nor on the object's
 * name.
 */
public final class PromptDigest {
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private PromptDigest() {}

  /** {@code sha256:} and 64 hex digits. */
  public static String of(PromptVersionSpec spec) {
    try {
      return SnapshotCodec.version(CANONICAL.writeValueAsString(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a spec is made of plain records", e);
    }
  }
}
