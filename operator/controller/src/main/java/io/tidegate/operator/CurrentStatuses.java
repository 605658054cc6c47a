package io.tidegate.operator;

import io.fabric8.kubernetes.client.CustomResource;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.compile.ResourceView;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A view as it was compiled, whose objects carry the status that they have by now. An object whose
 * spec changed since is left out: its turn comes after the next compilation.
 */
final class CurrentStatuses {
  private final Map<String, CustomResource<?, ?>> byUid = new HashMap<>();

  /**
   * @param newest what the caches have
   * @param known what is known of an object beyond the caches
   */
  CurrentStatuses(
      Collection<CustomResource<?, ?>> newest, UnaryOperator<CustomResource<?, ?>> known) {
    newest.forEach(object -> byUid.put(object.getMetadata().getUid(), known.apply(object)));
  }

  ResourceView of(ResourceView compiled) {
    return new ResourceView(
        compiled.operatorNamespace(),
        compiled.secretNamespaces(),
        current(ModelProvider.class, compiled.providers()),
        current(ModelRoute.class, compiled.routes()),
        current(TenantBudget.class, compiled.budgets()),
        current(PromptVersion.class, compiled.prompts()),
        current(SidecarProfile.class, compiled.profiles()),
        compiled.namespaces(),
        compiled.serviceAccounts(),
        compiled.pods(),
        compiled.configMaps(),
        compiled.refusedConfigMaps(),
        compiled.secretKeys());
  }

  private <R extends CustomResource<?, ?>> List<R> current(Class<R> type, List<R> compiled) {
    return compiled.stream()
        .map(object -> sameSpec(object, byUid.get(object.getMetadata().getUid())))
        .filter(Objects::nonNull)
        .map(type::cast)
        .toList();
  }

  private static CustomResource<?, ?> sameSpec(
      CustomResource<?, ?> compiled, CustomResource<?, ?> newest) {
    boolean same =
        newest != null
            && Objects.equals(
                compiled.getMetadata().getGeneration(), newest.getMetadata().getGeneration());
    return same ? newest : null;
  }
}
