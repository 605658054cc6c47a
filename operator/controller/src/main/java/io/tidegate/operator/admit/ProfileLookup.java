package io.tidegate.operator.admit;

import java.util.Map;

/** Finds the profile of a pod that is about to exist; may block. */
@FunctionalInterface
public interface ProfileLookup {
  /**
   * The SidecarProfile that the pod's label names, else its Namespace's label, else {@code
   * default}: in the pod's namespace, else in the operator's. Where a label names none there is
   * {@link InjectionProfile#missing}, without a label {@link InjectionProfile#builtIn()}.
   */
  InjectionProfile profileOf(String namespace, Map<String, String> podLabels);
}
