package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Map;
import java.util.Optional;

/**
 * What the five kinds have in common: reading one never fails. A list or a watch is read as a
 * whole, so an object that could not be read would take every other of its kind with it.
 *
 * <p>A spec that was stored under a newer CRD, or by hand, may hold a field, a value or a type that
 * is unknown here. Reading over it could drop a restriction, so such a spec is not understood at
 * all: {@link #getSpec()} is null, {@link #misfit()} says why, and {@link #part} reads what the
 * holder needs to hold the object back. It is written as it was read. A status is the operator's
 * own: unknown fields in it are read over, and one that does not fit otherwise reads as none.
 *
 * @param <S> the spec
 * @param <T> the status
 */
public abstract class GovernedResource<S, T extends GovernedStatus> extends CustomResource<S, T>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  private final Class<S> specType;
  private final Class<T> statusType;
  private transient JsonNode unread;
  private transient Misfit misfit;

  GovernedResource(Class<S> specType, Class<T> statusType) {
    this.specType = specType;
    this.statusType = statusType;
  }

  /** Null if the spec is understood; else there is none. */
  public final Misfit misfit() {
    return getSpec() == null && misfit == null ? new Misfit("spec", "is missing") : misfit;
  }

  /**
   * A part of a spec that is not understood as a whole. Fields in it that are unknown are read
   * over.
   *
   * @param path names of fields, from the spec on
   * @return empty if it is absent, or does not fit either
   */
  public final <V> Optional<V> part(Class<V> type, String... path) {
    JsonNode at = unread;
    for (int i = 0; i < path.length && at != null; i++) {
      at = at.get(path[i]);
    }
    return at == null
        ? Optional.empty()
        : Optional.ofNullable(Reading.known("spec", at, type).value());
  }

  @Override
  public void setSpec(S spec) {
    super.setSpec(spec);
    unread = null;
    misfit = null;
  }

  @JsonSetter("spec")
  final void readSpec(JsonNode tree) {
    Reading<S> reading = Reading.strict("spec", tree, specType);
    setSpec(reading.value());
    if (reading.misfit() != null) {
      unread = tree;
      misfit = reading.misfit();
    }
  }

  @JsonSetter("status")
  final void readStatus(JsonNode tree) {
    setStatus(Reading.known("status", tree, statusType).value());
  }

  /** A spec that is not understood goes back as it came. */
  @JsonAnyGetter
  final Map<String, JsonNode> unreadFields() {
    return unread == null ? Map.of() : Map.of("spec", unread);
  }
}
