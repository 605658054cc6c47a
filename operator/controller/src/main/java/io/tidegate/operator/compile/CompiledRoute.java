package io.tidegate.operator.compile;

import io.tidegate.api.Selector;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;
import java.util.Map;

/**
 * A ModelRoute after its own check.
 *
 * @param namespaces null: every namespace that the object's own place lets it govern
 * @param pods null: every pod
 * @param dialect null if it is held back
 * @param providers those that its rules name; empty if it is held back
 * @param prompts likewise
 */
record CompiledRoute(
    ObjectRef object,
    long generation,
    int priority,
    Selector namespaces,
    Selector pods,
    Dialect dialect,
    Route route,
    List<CompiledProvider> providers,
    List<CompiledPrompt> prompts) {

  boolean governsPod(Map<String, String> labels) {
    return pods == null || pods.matches(labels);
  }

  Snapshot.Source source() {
    return new Snapshot.Source(object, generation);
  }

  /** Whether no call that it claims goes on to a later route. */
  boolean decidesAll() {
    return route.rules().stream().anyMatch(rule -> rule.match().equals(Route.Match.ANY));
  }

  /**
   * Whether every call that the other claims is claimed here too. Without {@code models} a route
   * claims the calls of its own dialect alone; with them it claims either, and refuses the wrong
   * one.
   */
  boolean claimsAllOf(CompiledRoute other) {
    boolean models =
        route.models().isEmpty()
            ? dialect == other.dialect
            : !other.route.models().isEmpty() && route.models().containsAll(other.route.models());
    return models
        && (pods == null || pods.equals(other.pods))
        && (namespaces == null || namespaces.equals(other.namespaces));
  }

  /** The same without its namespace selector. */
  CompiledRoute everywhere() {
    return new CompiledRoute(
        object, generation, priority, null, pods, dialect, route, providers, prompts);
  }
}
