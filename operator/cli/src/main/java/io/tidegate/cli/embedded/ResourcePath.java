package io.tidegate.cli.embedded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A path of the Kubernetes API, taken apart (kubernetes.io/docs/reference/using-api/api-concepts).
 *
 * @param group empty for the core group
 * @param namespace empty for cluster-scoped resources and for all namespaces
 * @param name empty for a collection
 * @param subresource such as {@code status} or {@code token}; empty for the object itself
 */
public record ResourcePath(
    String group,
    String version,
    String namespace,
    String plural,
    String name,
    String subresource) {

  /** Parses the path without its query; empty when it is not one of a resource. */
  static Optional<ResourcePath> parse(String path) {
    List<String> parts = new ArrayList<>(Arrays.asList(path.substring(1).split("/")));
    String root = parts.removeFirst();
    if (!(root.equals("api") && parts.size() >= 2) && !(root.equals("apis") && parts.size() >= 3)) {
      return Optional.empty();
    }
    String group = root.equals("apis") ? parts.removeFirst() : "";
    String version = parts.removeFirst();
    String namespace = "";
    if (parts.getFirst().equals("namespaces") && parts.size() > 2 && !isSubresource(parts.get(2))) {
      namespace = parts.get(1);
      parts = parts.subList(2, parts.size());
    }
    return Optional.of(
        new ResourcePath(group, version, namespace, parts.get(0), at(parts, 1), at(parts, 2)));
  }

  static ResourcePath core(String namespace, String plural, String name) {
    return new ResourcePath("", "v1", namespace, plural, name, "");
  }

  ResourcePath named(String objectName) {
    return new ResourcePath(group, version, namespace, plural, objectName, "");
  }

  ResourcePath object() {
    return named(name);
  }

  boolean is(String wantedGroup, String wantedPlural) {
    return group.equals(wantedGroup) && plural.equals(wantedPlural);
  }

  String collection() {
    String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return root + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + plural;
  }

  String path() {
    return collection()
        + (name.isEmpty() ? "" : "/" + name)
        + (subresource.isEmpty() ? "" : "/" + subresource);
  }

  private static boolean isSubresource(String part) {
    return part.equals("status") || part.equals("finalize");
  }

  private static String at(List<String> parts, int index) {
    return index < parts.size() ? parts.get(index) : "";
  }
}
