package io.tidegate.operator.compile;

import io.tidegate.api.Selector;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One namespace with all that decides about its pods; nothing else does.
 *
 * @param operatorNamespace whose objects govern the cluster
 * @param labels the namespace's own
 * @param accounts ServiceAccounts' labels by name
 * @param routes those that govern it, in order of precedence; pods are not looked at
 * @param rivals routes among which one of its own may be overridden, in order of precedence
 * @param budgets those that may count for its workloads, sorted by object
 * @param profiles its own by name
 * @param clusterProfiles those of the operator's namespace by name
 * @param pods in the order of their uids
 */
record GovernedNamespace(
    String operatorNamespace,
    String name,
    Map<String, String> labels,
    Map<String, Map<String, String>> accounts,
    List<CompiledRoute> routes,
    List<CompiledRoute> rivals,
    List<CompiledBudget> budgets,
    Map<String, CompiledProfile> profiles,
    Map<String, CompiledProfile> clusterProfiles,
    List<PodView> pods) {

  /** Where nothing governs. */
  static GovernedNamespace empty(String name) {
    return new GovernedNamespace(
        "", name, Map.of(), Map.of(), List.of(), List.of(), List.of(), Map.of(), Map.of(),
        List.of());
  }

  /** Its own one of this name, else the operator's; null if there is none. */
  CompiledProfile profile(String profile) {
    CompiledProfile own = profiles.get(profile);
    return own != null ? own : clusterProfiles.get(profile);
  }

  List<CompiledBudget> budgets(WorkloadClass pods) {
    return budgets.stream()
        .filter(budget -> budget.counts(pods.namespace(), pods.workload()))
        .toList();
  }

  Map<String, String> labelsOfAccount(String account) {
    return accounts.getOrDefault(account, Map.of());
  }

  /** Keys of pod labels that decide which routes govern a pod. */
  Set<String> podLabelKeys() {
    Set<String> keys = new HashSet<>();
    for (CompiledRoute route : routes) {
      Selector pods = route.pods();
      if (pods != null) {
        keys.addAll(pods.matchLabels().keySet());
        pods.matchExpressions().forEach(each -> keys.add(each.key()));
      }
    }
    return keys;
  }
}
