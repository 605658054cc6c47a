package io.tidegate.cli.manifest;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds that a directory may hold, in the order in which they are applied: what others need
 * comes first.
 */
public final class KnownKinds {
  /** A kind and its place in the order. */
  public record Known(ResourceDefinitionContext context, int order) {
    boolean namespaced() {
      return context.isNamespaceScoped();
    }
  }

  private static final List<String> GOVERNING =
      List.of("ModelProvider", "PromptVersion", "SidecarProfile", "TenantBudget", "ModelRoute");

  private final Map<String, Known> byKind = new HashMap<>();

  /** Kubernetes' own kinds that the line needs, and the kinds of these definitions. */
  public KnownKinds(List<CustomResourceDefinition> definitions) {
    builtIn("v1", "Namespace", "namespaces", 0, false);
    builtIn("v1", "ServiceAccount", "serviceaccounts", 1, true);
    builtIn("v1", "ConfigMap", "configmaps", 2, true);
    builtIn("v1", "Secret", "secrets", 2, true);
    for (CustomResourceDefinition definition : definitions) {
      String kind = definition.getSpec().getNames().getKind();
      String version = definition.getSpec().getVersions().getFirst().getName();
      add(
          definition.getSpec().getGroup() + "/" + version,
          kind,
          definition.getSpec().getNames().getPlural(),
          10 + GOVERNING.indexOf(kind),
          true);
    }
    builtIn("v1", "Service", "services", 30, true);
    builtIn("v1", "Pod", "pods", 31, true);
    builtIn("apps/v1", "Deployment", "deployments", 31, true);
    builtIn("apps/v1", "StatefulSet", "statefulsets", 31, true);
    builtIn("apps/v1", "ReplicaSet", "replicasets", 31, true);
    builtIn("batch/v1", "Job", "jobs", 31, true);
  }

  private void builtIn(
      String apiVersion, String kind, String plural, int order, boolean namespaced) {
    add(apiVersion, kind, plural, order, namespaced);
  }

  private void add(String apiVersion, String kind, String plural, int order, boolean namespaced) {
    int slash = apiVersion.indexOf('/');
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
            .withVersion(apiVersion.substring(slash + 1))
            .withKind(kind)
            .withPlural(plural)
            .withNamespaced(namespaced)
            .build();
    byKind.put(apiVersion + "/" + kind, new Known(context, order));
  }

  Optional<Known> of(Manifest manifest) {
    return Optional.ofNullable(byKind.get(manifest.apiVersion() + "/" + manifest.kind()));
  }

  /** Why a kind is not known, and the one that was probably meant. */
  Problem unknown(Manifest manifest) {
    List<String> close = new ArrayList<>();
    for (Map.Entry<String, Known> entry : byKind.entrySet()) {
      String kind = entry.getValue().context().getKind();
      if (kind.toLowerCase(Locale.ROOT).startsWith(stem(manifest.kind()))
          || kind.equals(manifest.kind())) {
        close.add(entry.getKey().substring(0, entry.getKey().lastIndexOf('/')) + " " + kind);
      }
    }
    String next =
        close.isEmpty()
            ? "remove it; known kinds: "
                + byKind.values().stream()
                    .map(k -> k.context().getKind())
                    .sorted()
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("")
            : "did you mean " + close.stream().sorted().findFirst().orElseThrow() + "?";
    return new Problem(
        manifest.file(),
        manifest.lineOf("kind"),
        manifest.title(),
        "unknown kind \"" + manifest.kind() + "\" in apiVersion \"" + manifest.apiVersion() + "\"",
        next);
  }

  private static String stem(String kind) {
    String lower = kind.toLowerCase(Locale.ROOT);
    return lower.substring(0, Math.min(lower.length(), 6));
  }
}
