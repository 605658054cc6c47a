package io.tidegate.operator.compile;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a compilation reads, taken from the caches at one moment. The lists may come in
 * any order; the objects in them are not changed by anyone.
 *
 * @param operatorNamespace whose objects govern the cluster
 * @param secretNamespaces where the operator may read Secrets
 * @param serviceAccounts those of namespaces with injected pods
 * @param pods injected pods only
 * @param configMaps data of the ConfigMaps that a provider names as its CA bundle
 * @param refusedConfigMaps those so named that the operator may not read
 * @param secretKeys which keys each Secret in {@code secretNamespaces} has; never their values
 */
public record ResourceView(
    String operatorNamespace,
    Set<String> secretNamespaces,
    List<ModelProvider> providers,
    List<ModelRoute> routes,
    List<TenantBudget> budgets,
    List<PromptVersion> prompts,
    List<SidecarProfile> profiles,
    List<NamespaceView> namespaces,
    List<ServiceAccountView> serviceAccounts,
    List<PodView> pods,
    Map<ObjectKey, Map<String, String>> configMaps,
    Set<ObjectKey> refusedConfigMaps,
    Map<ObjectKey, Set<String>> secretKeys) {
  public ResourceView {
    secretNamespaces = Set.copyOf(secretNamespaces);
    providers = List.copyOf(providers);
    routes = List.copyOf(routes);
    budgets = List.copyOf(budgets);
    prompts = List.copyOf(prompts);
    profiles = List.copyOf(profiles);
    namespaces = List.copyOf(namespaces);
    serviceAccounts = List.copyOf(serviceAccounts);
    pods = List.copyOf(pods);
    configMaps = Map.copyOf(configMaps);
    refusedConfigMaps = Set.copyOf(refusedConfigMaps);
    secretKeys = Map.copyOf(secretKeys);
  }

  /** Namespace and name of an object whose kind is known from the place. */
  public record ObjectKey(String namespace, String name) {
    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  /** A namespace with its labels. */
  public record NamespaceView(String name, Map<String, String> labels) {
    public NamespaceView {
      labels = Map.copyOf(labels);
    }
  }

  /** A ServiceAccount with its labels. */
  public record ServiceAccountView(String namespace, String name, Map<String, String> labels) {
    public ServiceAccountView {
      labels = Map.copyOf(labels);
    }
  }
}
