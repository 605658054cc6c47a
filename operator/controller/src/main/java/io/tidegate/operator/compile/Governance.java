package io.tidegate.operator.compile;

import io.tidegate.operator.compile.ResourceView.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Which objects govern a namespace: its own, and the cluster's from the operator's namespace.
 * Routes come in order of precedence: higher priority, then the namespace's own, then namespace and
 * name.
 */
final class Governance {
  private final String operatorNamespace;
  private final ViewIndex index;
  private final Map<String, List<CompiledRoute>> routes;
  private final Map<String, List<CompiledBudget>> budgets;
  private final Map<String, Map<String, CompiledProfile>> profiles = new HashMap<>();
  private final Map<String, List<PodView>> pods;

  Governance(
      ViewIndex index,
      List<CompiledRoute> routes,
      List<CompiledBudget> budgets,
      Map<ObjectKey, CompiledProfile> profiles,
      List<PodView> pods) {
    this.operatorNamespace = index.operatorNamespace();
    this.index = index;
    this.routes = by(route -> route.object().namespace(), routes);
    this.budgets =
        by(
            budget -> budget.object().namespace(),
            budgets.stream().filter(budget -> budget.budget() != null).toList());
    profiles.forEach(
        (key, profile) ->
            this.profiles
                .computeIfAbsent(key.namespace(), any -> new HashMap<>())
                .put(key.name(), profile));
    this.pods = by(PodView::namespace, pods);
  }

  private static <T> Map<String, List<T>> by(Function<T, String> namespace, List<T> all) {
    Map<String, List<T>> by = new HashMap<>();
    for (T each : all) {
      by.computeIfAbsent(namespace.apply(each), any -> new ArrayList<>()).add(each);
    }
    return by;
  }

  /** Namespaces that have pods, or objects that could govern some. */
  Set<String> namespaces() {
    Set<String> namespaces = new HashSet<>(routes.keySet());
    namespaces.addAll(budgets.keySet());
    namespaces.addAll(pods.keySet());
    return namespaces;
  }

  GovernedNamespace of(String namespace) {
    boolean operators = namespace.equals(operatorNamespace);
    Comparator<CompiledRoute> order = order(namespace);
    List<CompiledRoute> governing = new ArrayList<>();
    for (CompiledRoute route : routes.getOrDefault(operatorNamespace, List.of())) {
      if (route.namespaces() == null
          || route.namespaces().matches(index.labelsOfNamespace(namespace))) {
        governing.add(route);
      }
    }
    List<CompiledRoute> own = routes.getOrDefault(namespace, List.of());
    if (!operators) {
      governing.addAll(own);
    }
    governing.sort(order);
    return new GovernedNamespace(
        operatorNamespace,
        namespace,
        index.labelsOfNamespace(namespace),
        index.serviceAccounts(namespace),
        governing,
        operators ? own.stream().sorted(order).toList() : governing,
        budgets(namespace),
        profiles.getOrDefault(namespace, Map.of()),
        profiles.getOrDefault(operatorNamespace, Map.of()),
        pods.getOrDefault(namespace, List.of()).stream()
            .sorted(Comparator.comparing(PodView::uid))
            .toList());
  }

  private static Comparator<CompiledRoute> order(String namespace) {
    return Comparator.comparingInt(CompiledRoute::priority)
        .reversed()
        .thenComparing(route -> !route.object().namespace().equals(namespace))
        .thenComparing(CompiledRoute::object);
  }

  private List<CompiledBudget> budgets(String namespace) {
    List<CompiledBudget> counting = new ArrayList<>();
    for (CompiledBudget budget : budgets.getOrDefault(operatorNamespace, List.of())) {
      if (budget.namespace() == null || budget.namespace().equals(namespace)) {
        counting.add(budget);
      }
    }
    if (!namespace.equals(operatorNamespace)) {
      counting.addAll(budgets.getOrDefault(namespace, List.of()));
    }
    counting.sort(Comparator.comparing(CompiledBudget::object));
    return counting;
  }
}
