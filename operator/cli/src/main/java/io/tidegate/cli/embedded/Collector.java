package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What comes with a namespace and what goes with a deleted object: the {@code default}
 * ServiceAccount, a namespace's content, and the objects that an owner owns.
 */
final class Collector {
  /** Kinds that live in namespaces here, and are looked through for content and owners. */
  private static final List<ResourcePath> NAMESPACED =
      List.of(
          kind("apps", "v1", "deployments"),
          kind("apps", "v1", "statefulsets"),
          kind("apps", "v1", "replicasets"),
          kind("batch", "v1", "jobs"),
          kind("", "v1", "pods"),
          kind("", "v1", "services"),
          kind("", "v1", "secrets"),
          kind("", "v1", "configmaps"),
          kind("", "v1", "serviceaccounts"),
          kind("tidegate.io", "v1alpha1", "modelroutes"),
          kind("tidegate.io", "v1alpha1", "modelproviders"),
          kind("tidegate.io", "v1alpha1", "tenantbudgets"),
          kind("tidegate.io", "v1alpha1", "promptversions"),
          kind("tidegate.io", "v1alpha1", "sidecarprofiles"));

  private final ObjectStore store;
  private final WriteLine writes;

  Collector(ObjectStore store, WriteLine writes) {
    this.store = store;
    this.writes = writes;
  }

  /** Gives a new namespace its {@code default} ServiceAccount. */
  void furnish(String namespace) {
    ObjectNode account = JsonNodeFactory.instance.objectNode();
    account.put("apiVersion", "v1").put("kind", "ServiceAccount");
    account.putObject("metadata").put("name", "default").put("namespace", namespace);
    writes.create(ResourcePath.core(namespace, "serviceaccounts", ""), account);
  }

  /** Deletes, then what depends on the deleted. */
  ApiAnswer delete(ResourcePath path, String uri) {
    String uid =
        path.name().isEmpty()
            ? ""
            : store.get(path).map(o -> o.path("metadata").path("uid").asText()).orElse("");
    ApiAnswer answer = writes.delete(path, uri);
    if (!answer.ok() || path.name().isEmpty()) {
      return answer;
    }
    if (path.is("", "namespaces")) {
      content(path.name());
    } else if (!uid.isEmpty() && store.get(path).isEmpty()) {
      dependents(path.namespace(), uid);
    }
    return answer;
  }

  private void content(String namespace) {
    for (ResourcePath kind : NAMESPACED) {
      ResourcePath all = in(kind, namespace);
      for (JsonNode item : store.list(all)) {
        ResourcePath one = all.named(item.path("metadata").path("name").asText());
        if (store.get(one).isPresent()) {
          delete(one, one.path());
        }
      }
    }
  }

  private void dependents(String namespace, String ownerUid) {
    for (ResourcePath kind : NAMESPACED) {
      ResourcePath all = in(kind, namespace);
      for (JsonNode item : store.list(all)) {
        ResourcePath one = all.named(item.path("metadata").path("name").asText());
        if (isOwned(item, ownerUid) && store.get(one).isPresent()) {
          delete(one, one.path());
        }
      }
    }
  }

  private static boolean isOwned(JsonNode object, String ownerUid) {
    for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
      if (owner.path("uid").asText().equals(ownerUid)) {
        return true;
      }
    }
    return false;
  }

  private static ResourcePath kind(String group, String version, String plural) {
    return new ResourcePath(group, version, "", plural, "", "");
  }

  private static ResourcePath in(ResourcePath kind, String namespace) {
    return new ResourcePath(kind.group(), kind.version(), namespace, kind.plural(), "", "");
  }
}
