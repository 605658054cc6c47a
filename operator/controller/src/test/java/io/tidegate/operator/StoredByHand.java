package io.tidegate.operator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects of our kinds as JSON, past the types: what a newer CRD or a hand in etcd may store. */
record StoredByHand(
    KubernetesClient client, Class<? extends CustomResource<?, ?>> type, String namespace) {

  /**
   * Creates the object or replaces it.
   *
   * @param content {@code spec} and {@code status} as YAML
   */
  void put(String name, String content) {
    GenericKubernetesResource object =
        Serialization.unmarshal(content, GenericKubernetesResource.class);
    object.setApiVersion("tidegate.io/v1alpha1");
    object.setKind(type.getSimpleName());
    object.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    LastWriter.win(() -> named(name, object).createOr(NonDeletingOperation::update));
  }

  Object spec(String name) {
    return stored(name).get("spec");
  }

  /** The condition's fields. */
  @SuppressWarnings("unchecked")
  Optional<Map<String, Object>> condition(String name, String condition) {
    Map<String, Object> status = (Map<String, Object>) stored(name).get("status");
    Object conditions = status == null ? null : status.get("conditions");
    return conditions instanceof List<?> list
        ? list.stream()
            .map(each -> (Map<String, Object>) each)
            .filter(each -> condition.equals(each.get("type")))
            .findFirst()
        : Optional.empty();
  }

  private Map<String, Object> stored(String name) {
    return named(name, null).get().getAdditionalProperties();
  }

  private Resource<GenericKubernetesResource> named(String name, GenericKubernetesResource object) {
    var all =
        client
            .genericKubernetesResources(
                CustomResourceDefinitionContext.fromCustomResourceType(type))
            .inNamespace(namespace);
    return object == null ? all.withName(name) : all.resource(object);
  }
}
