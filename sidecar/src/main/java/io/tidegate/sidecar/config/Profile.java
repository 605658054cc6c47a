package io.tidegate.sidecar.config;

import java.util.List;
import java.util.Objects;

/**
 * How sidecars of a workload read identity and treat what no route claims.
 *
 * @param object the SidecarProfile; null: built-in defaults
 * @param identity one rule a field that the profile, a label or the ServiceAccount says something
 *     about; a field without a rule takes every call source and is optional
 */
public record Profile(
    ObjectRef object, List<FieldRule> identity, Unmatched unmatched, RequestLimits requestLimits) {
  public Profile {
    Objects.requireNonNull(unmatched, "unmatched");
    Objects.requireNonNull(requestLimits, "requestLimits");
    identity = List.copyOf(identity);
  }

  /**
   * @param pinned the platform's value; a call cannot change it. Null: the call's own sources
   *     decide
   * @param pinnedBy where the pin comes from, such as {@code label tidegate.io/tenant-id of
   *     Namespace support}; null without a pin
   * @param sources which of the call's own statements are believed
   * @param allowedValues empty: any
   */
  public record FieldRule(
      TaskField field,
      String pinned,
      String pinnedBy,
      List<CallSource> sources,
      boolean required,
      String defaultValue,
      List<String> allowedValues) {
    public FieldRule {
      Objects.requireNonNull(field, "field");
      sources = List.copyOf(sources);
      allowedValues = List.copyOf(allowedValues);
    }
  }

  /** In falling order of trust. */
  public enum CallSource {
    /** {@code x-tidegate-<field>}. */
    Header,
    /** The JSON of {@code x-tidegate-task}. */
    Task,
    /** The dialect's own metadata fields. */
    Metadata
  }

  /**
   * @param providers under PassThrough: at most one provider a dialect; a dialect without one is
   *     denied
   */
  public record Unmatched(Action action, List<ObjectRef> providers) {
    public Unmatched {
      Objects.requireNonNull(action, "action");
      providers = List.copyOf(providers);
    }

    public enum Action {
      Deny,
      PassThrough
    }
  }

  public record RequestLimits(long maxBodyBytes, int maxJsonDepth) {}
}
