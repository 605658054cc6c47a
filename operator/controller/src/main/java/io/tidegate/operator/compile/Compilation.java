package io.tidegate.operator.compile;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What became of a {@link ResourceView}.
 *
 * @param byPod uid of every injected pod to its configuration; pods of one class share the instance
 * @param unserved uid of every other pod to the reason
 * @param findings in a fixed order: by object, then reason, then field
 */
public record Compilation(
    Map<String, WorkloadSnapshot> byPod, Map<String, Unserved> unserved, List<Finding> findings) {
  public static final Compilation EMPTY = new Compilation(Map.of(), Map.of(), List.of());

  public Compilation {
    byPod = Map.copyOf(byPod);
    unserved = Map.copyOf(unserved);
    findings = List.copyOf(findings);
  }

  /** Null for a pod that this compilation did not know. */
  public WorkloadSnapshot forPod(String uid) {
    return byPod.get(uid);
  }

  /** Each snapshot once. */
  public Collection<WorkloadSnapshot> snapshots() {
    return new LinkedHashSet<>(byPod.values());
  }
}
