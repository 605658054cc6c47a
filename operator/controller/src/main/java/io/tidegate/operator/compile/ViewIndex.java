package io.tidegate.operator.compile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tidegate.api.GovernedResource;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Look-ups that a run needs, built once; providers and prompts once they are compiled. */
final class ViewIndex {
  private final ResourceView view;
  private final Map<ObjectRef, String> rejected;
  private final Map<String, Map<String, String>> namespaceLabels = new HashMap<>();
  private final Map<String, Map<String, Map<String, String>>> accountLabels = new HashMap<>();
  private Map<ObjectKey, CompiledProvider> providers = Map.of();
  private Map<ObjectKey, CompiledPrompt> prompts = Map.of();

  ViewIndex(ResourceView view, Map<ObjectRef, String> rejected) {
    this.view = view;
    this.rejected = rejected;
    view.namespaces().forEach(each -> namespaceLabels.put(each.name(), each.labels()));
    view.serviceAccounts()
        .forEach(
            each ->
                accountLabels
                    .computeIfAbsent(each.namespace(), any -> new HashMap<>())
                    .put(each.name(), each.labels()));
  }

  void compileProviders(CheckedKind<ModelProvider, CompiledProvider> kind, FindingLog findings) {
    providers = byKey(kind, view.providers(), findings);
  }

  void compilePrompts(CheckedKind<PromptVersion, CompiledPrompt> kind, FindingLog findings) {
    prompts = byKey(kind, view.prompts(), findings);
  }

  Map<ObjectKey, CompiledProfile> compileProfiles(
      CheckedKind<SidecarProfile, CompiledProfile> kind, FindingLog findings) {
    return byKey(kind, view.profiles(), findings);
  }

  <R extends GovernedResource<?, ?>, C> List<C> compile(
      CheckedKind<R, C> kind, Collection<R> objects, FindingLog findings) {
    return objects.stream().map(object -> compile(kind, object, findings)).toList();
  }

  private <R extends GovernedResource<?, ?>, C> Map<ObjectKey, C> byKey(
      CheckedKind<R, C> kind, Collection<R> objects, FindingLog findings) {
    Map<ObjectKey, C> byKey = new HashMap<>();
    for (R object : objects) {
      ObjectKey key =
          new ObjectKey(object.getMetadata().getNamespace(), object.getMetadata().getName());
      byKey.put(key, compile(kind, object, findings));
    }
    return byKey;
  }

  private <R extends GovernedResource<?, ?>, C> C compile(
      CheckedKind<R, C> kind, R object, FindingLog findings) {
    ObjectRef ref = ref(object);
    return kind.compile(object, ref, new Around(ref), findings);
  }

  String operatorNamespace() {
    return view.operatorNamespace();
  }

  Collection<CompiledProvider> providers() {
    return providers.values();
  }

  /**
   * Empty for a namespace that the view lacks: it then matches no selector that asks for a label.
   */
  Map<String, String> labelsOfNamespace(String namespace) {
    return namespaceLabels.getOrDefault(namespace, Map.of());
  }

  /** ServiceAccounts' labels by name. */
  Map<String, Map<String, String>> serviceAccounts(String namespace) {
    return accountLabels.getOrDefault(namespace, Map.of());
  }

  /** The view as one object sees it. */
  private final class Around implements Surroundings {
    private final ObjectRef object;

    Around(ObjectRef object) {
      this.object = object;
    }

    @Override
    public String operatorNamespace() {
      return view.operatorNamespace();
    }

    @Override
    public String rejection() {
      return rejected.get(object);
    }

    @Override
    public Map<String, String> labels() {
      return labelsOfNamespace(object.namespace());
    }

    @Override
    public boolean secretsGranted() {
      return view.secretNamespaces().contains(object.namespace());
    }

    @Override
    public Set<String> secretKeys(String secret) {
      return view.secretKeys().get(new ObjectKey(object.namespace(), secret));
    }

    @Override
    public Map<String, String> configMap(String name) {
      return view.configMaps().get(new ObjectKey(object.namespace(), name));
    }

    @Override
    public boolean configMapGranted(String name) {
      return !view.refusedConfigMaps().contains(new ObjectKey(object.namespace(), name));
    }

    @Override
    public CompiledProvider provider(String reference) {
      return resolve(providers, reference);
    }

    @Override
    public CompiledPrompt prompt(String reference) {
      return resolve(prompts, reference);
    }

    /** Own namespace first, then the operator's; {@code NAMESPACE/NAME} means exactly that one. */
    private <T> T resolve(Map<ObjectKey, T> objects, String reference) {
      int slash = reference.indexOf('/');
      if (slash >= 0) {
        return objects.get(
            new ObjectKey(reference.substring(0, slash), reference.substring(slash + 1)));
      }
      T own = objects.get(new ObjectKey(object.namespace(), reference));
      return own != null ? own : objects.get(new ObjectKey(operatorNamespace(), reference));
    }
  }

  static ObjectRef ref(HasMetadata object) {
    return new ObjectRef(
        object.getKind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** 0 for an object that no API server has stored. */
  static long generation(HasMetadata object) {
    Long generation = object.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }
}
