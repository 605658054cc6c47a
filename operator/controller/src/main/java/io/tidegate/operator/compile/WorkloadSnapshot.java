package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;
import java.util.Map;

/**
 * The configuration of one class of workloads, proved by the engine that will run it.
 *
 * @param version {@code sha256:} and the hash of {@code canonicalJson}
 * @param canonicalJson the {@link Snapshot} as it goes over the wire
 * @param snapshot the same as records
 * @param credentials credential name ({@link io.tidegate.sidecar.config.Provider#credential}) to
 *     the Secret key that holds its value; only what this snapshot may use
 */
public record WorkloadSnapshot(
    String version, String canonicalJson, Snapshot snapshot, Map<String, SecretKey> credentials) {
  public WorkloadSnapshot {
    credentials = Map.copyOf(credentials);
  }

  /** Every object this was compiled from. */
  public List<ObjectRef> sources() {
    return snapshot.sources().stream().map(Snapshot.Source::object).toList();
  }

  /** One key of one Secret; never its value. */
  public record SecretKey(String namespace, String secret, String key) {}
}
