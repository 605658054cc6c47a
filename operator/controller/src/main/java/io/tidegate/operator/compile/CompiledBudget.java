package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;

/**
 * A TenantBudget after its own check.
 *
 * @param namespace null: every namespace that the object's own place lets it govern
 * @param workload null: every workload
 * @param budget null if it governs nothing
 */
record CompiledBudget(
    ObjectRef object, long generation, String namespace, String workload, Budget budget) {

  boolean counts(String podNamespace, String podWorkload) {
    return (namespace == null || namespace.equals(podNamespace))
        && (workload == null || workload.equals(podWorkload));
  }

  /** Names of the limits that count money. */
  List<String> usdLimits() {
    return budget.limits().stream()
        .filter(limit -> limit.unit() == Budget.Unit.Usd)
        .map(Budget.Limit::name)
        .toList();
  }

  Snapshot.Source source() {
    return new Snapshot.Source(object, generation);
  }
}
