package io.tidegate.operator.compile;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import java.util.List;

/** A view with other objects of one kind, as the caches have it after an edit; all others stay. */
public final class EditedView {
  private EditedView() {}

  public static ResourceView withRoutes(ResourceView view, List<ModelRoute> routes) {
    return with(view, view.providers(), routes);
  }

  public static ResourceView withProviders(ResourceView view, List<ModelProvider> providers) {
    return with(view, providers, view.routes());
  }

  private static ResourceView with(
      ResourceView view, List<ModelProvider> providers, List<ModelRoute> routes) {
    return new ResourceView(
        view.operatorNamespace(),
        view.secretNamespaces(),
        providers,
        routes,
        view.budgets(),
        view.prompts(),
        view.profiles(),
        view.namespaces(),
        view.serviceAccounts(),
        view.pods(),
        view.configMaps(),
        view.refusedConfigMaps(),
        view.secretKeys());
  }
}
