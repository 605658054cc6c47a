package io.tidegate.operator.compile;

import java.util.Map;
import java.util.Set;

/**
 * All that the compilation of one object may ask beside the object itself. Names mean what they
 * mean in the object's own namespace.
 */
interface Surroundings {
  String operatorNamespace();

  /** What the engine said of the object in an earlier run; null: nothing. */
  String rejection();

  /** Of the object's own namespace. */
  Map<String, String> labels();

  /** Whether the operator may read Secrets of the object's namespace. */
  boolean secretsGranted();

  /** Keys of a Secret of the object's namespace; null if there is none. */
  Set<String> secretKeys(String secret);

  /** A ConfigMap of the object's namespace; null if there is none. */
  Map<String, String> configMap(String name);

  /** Whether the operator may read this ConfigMap of the object's namespace. */
  boolean configMapGranted(String name);

  /** Null if there is none. */
  CompiledProvider provider(String reference);

  /** Null if there is none. */
  CompiledPrompt prompt(String reference);
}
