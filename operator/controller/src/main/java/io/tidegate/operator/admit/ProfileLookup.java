package io.tidegate.operator.admit;

import java.util.Map;
import java.util.function.Supplier;

/** Finds the profile of a pod that is about to exist; may block. */
@FunctionalInterface
public interface ProfileLookup {
  /**
   * The SidecarProfile that the pod's label names, else its Namespace's label, else {@code
   * default}: in the pod's namespace, else in the operator's. Where a label names none there is
   * {@link InjectionProfile#missing}, without a label {@link InjectionProfile#builtIn()}.
   *
   * @param namespaceLabels asked only where the pod names none
   */
  InjectionProfile profileOf(
      String namespace,
      Map<String, String> podLabels,
      Supplier<Map<String, String>> namespaceLabels);
}
