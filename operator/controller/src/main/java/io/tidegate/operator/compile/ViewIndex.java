package io.tidegate.operator.compile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Look-ups that a compilation needs, built once a view. */
final class ViewIndex {
  private final String operatorNamespace;
  private final Map<String, Map<String, String>> namespaceLabels = new HashMap<>();
  private final Map<ObjectKey, Map<String, String>> serviceAccountLabels = new HashMap<>();

  ViewIndex(ResourceView view) {
    operatorNamespace = view.operatorNamespace();
    view.namespaces().forEach(each -> namespaceLabels.put(each.name(), each.labels()));
    view.serviceAccounts()
        .forEach(
            each ->
                serviceAccountLabels.put(
                    new ObjectKey(each.namespace(), each.name()), each.labels()));
  }

  /**
   * Empty for a namespace that the view lacks: it then matches no selector that asks for a label.
   */
  Map<String, String> labelsOfNamespace(String namespace) {
    return namespaceLabels.getOrDefault(namespace, Map.of());
  }

  Map<String, String> labelsOfServiceAccount(String namespace, String name) {
    return serviceAccountLabels.getOrDefault(new ObjectKey(namespace, name), Map.of());
  }

  /**
   * Own namespace first, then the operator's; {@code NAMESPACE/NAME} means exactly that one.
   *
   * @return null if there is none
   */
  <T> T resolve(Map<ObjectKey, T> objects, String namespace, String reference) {
    int slash = reference.indexOf('/');
    if (slash >= 0) {
      return objects.get(
          new ObjectKey(reference.substring(0, slash), reference.substring(slash + 1)));
    }
    T own = objects.get(new ObjectKey(namespace, reference));
    return own != null ? own : objects.get(new ObjectKey(operatorNamespace, reference));
  }

  static <T extends HasMetadata, R> Map<ObjectKey, R> byKey(
      Collection<T> objects, Function<T, R> compiled) {
    Map<ObjectKey, R> byKey = new HashMap<>();
    for (T object : objects) {
      byKey.put(key(object), compiled.apply(object));
    }
    return byKey;
  }

  static ObjectKey key(HasMetadata object) {
    return new ObjectKey(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  static ObjectRef ref(HasMetadata object) {
    return new ObjectRef(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** 0 for an object that no API server has stored. */
  static long generation(HasMetadata object) {
    Long generation = object.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  static <T extends HasMetadata> Map<String, List<T>> byNamespace(Collection<T> objects) {
    Map<String, List<T>> byNamespace = new HashMap<>();
    for (T object : objects) {
      byNamespace
          .computeIfAbsent(object.getMetadata().getNamespace(), any -> new java.util.ArrayList<>())
          .add(object);
    }
    return byNamespace;
  }
}
