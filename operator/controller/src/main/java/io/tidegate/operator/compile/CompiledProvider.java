package io.tidegate.operator.compile;

import io.tidegate.api.ModelProviderSpec.AllowedNamespaces;
import io.tidegate.operator.compile.WorkloadSnapshot.SecretKey;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Snapshot;
import java.util.Map;

/**
 * A ModelProvider after its own check.
 *
 * @param allowed null if its spec is not understood
 * @param provider null if it cannot serve
 * @param secret where its key stands; null if it needs none, or the operator cannot read it
 */
record CompiledProvider(
    ObjectRef object,
    long generation,
    AllowedNamespaces allowed,
    Provider provider,
    SecretKey secret) {

  /** Who may not use it is not told what is wrong with it; where nobody knows who may, all are. */
  boolean allows(String namespace, Map<String, String> labels) {
    if (allowed == null) {
      return true;
    }
    return switch (allowed.from()) {
      case Same -> namespace.equals(object.namespace());
      case All -> true;
      case Selector -> allowed.selector() != null && allowed.selector().matches(labels);
    };
  }

  /** Whether its calls need a key that cannot be had. */
  boolean lacksKey() {
    return provider != null && provider.credential() != null && secret == null;
  }

  Snapshot.Source source() {
    return new Snapshot.Source(object, generation);
  }

  Provider.Model model(String name) {
    return provider.models().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
