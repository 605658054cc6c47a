package io.tidegate.sidecar.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Canonical JSON of a {@link Snapshot}: properties and map keys sorted, nulls left out, no white
 * space, UTF-8. Equal snapshots give equal bytes, so their SHA-256 is a version.
 */
public final class SnapshotCodec {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private SnapshotCodec() {}

  public static String encode(Snapshot snapshot) {
    return canonical(snapshot);
  }

  /** Of a snapshot or a part of one. */
  static String canonical(Object part) {
    try {
      return JSON.writeValueAsString(part);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a snapshot is made of plain records", e);
    }
  }

  /**
   * @throws SnapshotRefused if the text is no snapshot of this schema
   */
  public static Snapshot decode(String canonicalJson) throws SnapshotRefused {
    try {
      int schema = JSON.readTree(canonicalJson).path("schemaVersion").asInt(-1);
      if (schema != Snapshot.SCHEMA_VERSION) {
        throw new SnapshotRefused(
            null,
            "schemaVersion is "
                + schema
                + " and this sidecar reads "
                + Snapshot.SCHEMA_VERSION
                + "; restart the pod to get the sidecar that belongs to this operator");
      }
      return JSON.readValue(canonicalJson, Snapshot.class);
    } catch (JsonMappingException e) {
      throw new SnapshotRefused(
          null, "not a snapshot: " + e.getOriginalMessage() + " at " + e.getPathReference());
    } catch (JsonProcessingException e) {
      throw new SnapshotRefused(null, "not a snapshot: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      throw new SnapshotRefused(null, "not a snapshot: " + e.getMessage());
    }
  }

  /** {@code sha256:} and 64 hex digits of the canonical JSON. */
  public static String version(String canonicalJson) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return "sha256:"
          + HexFormat.of().formatHex(sha256.digest(canonicalJson.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
