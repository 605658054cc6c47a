package io.tidegate.operator.compile;

import io.tidegate.api.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which objects govern a namespace: its own, and the cluster's from the operator's namespace.
 * Routes come in order of precedence: higher priority, then the namespace's own, then namespace and
 * name.
 */
final class Governance {
  private final String operatorNamespace;
  private final ViewIndex index;
  private final Map<String, List<CompiledRoute>> ownRoutes = new HashMap<>();
  private final Map<String, List<CompiledBudget>> ownBudgets = new HashMap<>();
  private final Map<String, List<CompiledRoute>> routes = new HashMap<>();

  Governance(
      String operatorNamespace,
      ViewIndex index,
      Iterable<CompiledRoute> allRoutes,
      Iterable<CompiledBudget> allBudgets) {
    this.operatorNamespace = operatorNamespace;
    this.index = index;
    for (CompiledRoute route : allRoutes) {
      ownRoutes.computeIfAbsent(route.object().namespace(), any -> new ArrayList<>()).add(route);
    }
    for (CompiledBudget budget : allBudgets) {
      if (budget.budget() != null) {
        ownBudgets
            .computeIfAbsent(budget.object().namespace(), any -> new ArrayList<>())
            .add(budget);
      }
    }
  }

  /** Namespaces that have objects of their own. */
  Set<String> namespaces() {
    Set<String> namespaces = new HashSet<>(ownRoutes.keySet());
    namespaces.addAll(ownBudgets.keySet());
    return namespaces;
  }

  /** In order of precedence; pods are not looked at. */
  List<CompiledRoute> routes(String namespace) {
    return routes.computeIfAbsent(namespace, this::ordered);
  }

  /** Routes among which one of this namespace's own may be overridden, in order of precedence. */
  List<CompiledRoute> rivals(String namespace) {
    if (!namespace.equals(operatorNamespace)) {
      return routes(namespace);
    }
    return ownRoutes.getOrDefault(namespace, List.of()).stream().sorted(order(namespace)).toList();
  }

  private List<CompiledRoute> ordered(String namespace) {
    List<CompiledRoute> governing = new ArrayList<>();
    for (CompiledRoute route : ownRoutes.getOrDefault(operatorNamespace, List.of())) {
      if (route.namespaces() == null
          || route.namespaces().matches(index.labelsOfNamespace(namespace))) {
        governing.add(route);
      }
    }
    if (!namespace.equals(operatorNamespace)) {
      governing.addAll(ownRoutes.getOrDefault(namespace, List.of()));
    }
    governing.sort(order(namespace));
    return governing;
  }

  private static Comparator<CompiledRoute> order(String namespace) {
    return Comparator.comparingInt(CompiledRoute::priority)
        .reversed()
        .thenComparing(route -> !route.object().namespace().equals(namespace))
        .thenComparing(CompiledRoute::object);
  }

  /** Sorted by object. */
  List<CompiledBudget> budgets(WorkloadClass pods) {
    List<CompiledBudget> counting = new ArrayList<>();
    add(counting, operatorNamespace, pods);
    if (!pods.namespace().equals(operatorNamespace)) {
      add(counting, pods.namespace(), pods);
    }
    counting.sort(Comparator.comparing(CompiledBudget::object));
    return counting;
  }

  private void add(List<CompiledBudget> counting, String owner, WorkloadClass pods) {
    for (CompiledBudget budget : ownBudgets.getOrDefault(owner, List.of())) {
      if (budget.counts(pods.namespace(), pods.workload())) {
        counting.add(budget);
      }
    }
  }

  /** Keys of pod labels that decide which routes govern a pod of this namespace. */
  Set<String> podLabelKeys(String namespace) {
    Set<String> keys = new HashSet<>();
    for (CompiledRoute route : routes(namespace)) {
      Selector pods = route.pods();
      if (pods != null) {
        keys.addAll(pods.matchLabels().keySet());
        pods.matchExpressions().forEach(each -> keys.add(each.key()));
      }
    }
    return keys;
  }
}
