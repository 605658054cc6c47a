package io.tidegate.operator.serve;

import java.util.Map;

/**
 * What a pod is to have now.
 *
 * @param snapshot null as long as nothing was compiled for the pod
 * @param credentials by name; only what the snapshot uses and the pod may have
 */
public record Offer(PublishedSnapshot snapshot, Map<String, String> credentials) {
  public static final Offer NOTHING = new Offer(null, Map.of());

  public Offer {
    credentials = Map.copyOf(credentials);
  }

  /** Names only: the values are secret. */
  @Override
  public String toString() {
    String version = snapshot == null ? "none" : snapshot.version();
    return "Offer[snapshot=" + version + ", credentials=" + credentials.keySet() + "]";
  }
}
