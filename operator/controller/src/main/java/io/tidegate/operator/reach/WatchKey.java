package io.tidegate.operator.reach;

import java.net.URI;
import java.util.Arrays;
import java.util.List;

/**
 * What a watch is of.
 *
 * @param plural of the kind, as in the path
 * @param namespace empty: all
 * @param fields the field selector; empty: none
 * @param labels the label selector; empty: none
 */
public record WatchKey(String plural, String namespace, String fields, String labels) {
  /** Of one object. */
  public static WatchKey of(String plural, String namespace, String name) {
    return new WatchKey(plural, namespace, "metadata.name=" + name, "");
  }

  /** Of a watch's URI; source: "Kubernetes API Concepts", resource URIs. */
  static WatchKey of(URI uri) {
    List<String> path = Arrays.asList(uri.getPath().split("/"));
    int last = path.size() - 1;
    boolean inNamespace = last >= 2 && path.get(last - 2).equals("namespaces");
    return new WatchKey(
        path.get(last),
        inNamespace ? path.get(last - 1) : "",
        parameter(uri, "fieldSelector="),
        parameter(uri, "labelSelector="));
  }

  private static String parameter(URI uri, String start) {
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    return Arrays.stream(query.split("&"))
        .filter(part -> part.startsWith(start))
        .map(part -> part.substring(start.length()))
        .findFirst()
        .orElse("");
  }
}
