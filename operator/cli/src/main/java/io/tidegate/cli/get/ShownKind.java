package io.tidegate.cli.get;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.CrdFiles;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A kind as a person names it: plural, singular, short name or Kind.
 *
 * @param definition where its columns stand; empty for a kind of Kubernetes itself
 */
record ShownKind(ResourceDefinitionContext context, Optional<CustomResourceDefinition> definition) {
  private static final List<String[]> BUILT_IN =
      List.of(
          new String[] {"", "v1", "Namespace", "namespaces", "ns"},
          new String[] {"", "v1", "Pod", "pods", "po"},
          new String[] {"", "v1", "Service", "services", "svc"},
          new String[] {"", "v1", "Event", "events", "ev"},
          new String[] {"", "v1", "ConfigMap", "configmaps", "cm"},
          new String[] {"", "v1", "ServiceAccount", "serviceaccounts", "sa"},
          new String[] {"apps", "v1", "Deployment", "deployments", "deploy"},
          new String[] {"apps", "v1", "StatefulSet", "statefulsets", "sts"},
          new String[] {"apps", "v1", "ReplicaSet", "replicasets", "rs"},
          new String[] {"batch", "v1", "Job", "jobs", "job"});

  static ShownKind of(String word) {
    String wanted = word.toLowerCase(Locale.ROOT);
    for (CustomResourceDefinition definition : CrdFiles.load()) {
      var names = definition.getSpec().getNames();
      if (names.getPlural().equals(wanted)
          || names.getSingular().equals(wanted)
          || names.getShortNames().contains(wanted)) {
        return new ShownKind(
            context(
                definition.getSpec().getGroup(),
                definition.getSpec().getVersions().getFirst().getName(),
                names.getKind(),
                names.getPlural(),
                true),
            Optional.of(definition));
      }
    }
    for (String[] kind : BUILT_IN) {
      if (List.of(kind[2].toLowerCase(Locale.ROOT), kind[3], kind[4]).contains(wanted)) {
        boolean namespaced = !kind[2].equals("Namespace");
        return new ShownKind(
            context(kind[0], kind[1], kind[2], kind[3], namespaced), Optional.empty());
      }
    }
    throw CliFailure.usage(
        "unknown kind \""
            + word
            + "\"\n    next: one of modelproviders, modelroutes, tenantbudgets, promptversions,"
            + " sidecarprofiles, pods, deployments, services, events, namespaces");
  }

  private static ResourceDefinitionContext context(
      String group, String version, String kind, String plural, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }

  /** {@code modelroute.tidegate.io}, as kubectl puts it before a name. */
  String full() {
    String singular = context.getKind().toLowerCase(Locale.ROOT);
    return context.getGroup().isEmpty() ? singular : singular + "." + context.getGroup();
  }

  String plural() {
    return context.getPlural();
  }
}
