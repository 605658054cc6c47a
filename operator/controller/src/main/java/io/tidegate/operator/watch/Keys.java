package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tidegate.operator.compile.ResourceView.ObjectKey;

/** Keys of what the API server sends. */
final class Keys {
  private Keys() {}

  /** The namespace of a cluster-wide object is empty. */
  static ObjectKey of(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return new ObjectKey(namespace == null ? "" : namespace, object.getMetadata().getName());
  }
}
