package io.tidegate.operator.compile;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.compile.CompiledNamespace.Refusal;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.List;

/**
 * What one compilation leaves to the next. It changes what a compilation costs, never its result.
 */
final class CompileMemory {
  final CheckedKind<ModelProvider, CompiledProvider> providers =
      new CheckedKind<>((around, findings) -> new ProviderCompiler(around, findings).kind());
  final CheckedKind<PromptVersion, CompiledPrompt> prompts =
      new CheckedKind<>((around, findings) -> new PromptCompiler(around, findings).kind());
  final CheckedKind<SidecarProfile, CompiledProfile> profiles =
      new CheckedKind<>((around, findings) -> new ProfileCompiler(around, findings).kind());
  final CheckedKind<ModelRoute, CompiledRoute> routes =
      new CheckedKind<>((around, findings) -> new RouteCompiler(around, findings).kind());
  final CheckedKind<TenantBudget, CompiledBudget> budgets =
      new CheckedKind<>((around, findings) -> new BudgetCompiler(around, findings).kind());

  private final Memo<ObjectRef, Judged> judged = new Memo<>();
  private final Memo<String, CompiledNamespace> namespaces = new Memo<>();

  private record Judged(CompiledProvider provider, List<Refusal> refusals) {}

  /** A compilation begins. */
  void next() {
    providers.next();
    prompts.next();
    profiles.next();
    routes.next();
    budgets.next();
    judged.next();
    namespaces.next();
  }

  List<Refusal> refusals(CompiledProvider provider) {
    return judged
        .of(
            provider.object(),
            known -> known.provider().equals(provider),
            old -> new Judged(provider, NamespaceCompiler.refusals(provider)))
        .refusals();
  }

  CompiledNamespace compiled(GovernedNamespace namespace) {
    return namespaces.of(
        namespace.name(),
        known -> known.from().equals(namespace),
        old -> NamespaceCompiler.compile(namespace, old));
  }

  /** How much this compilation did not know yet. */
  PolicyCompiler.Work work() {
    return new PolicyCompiler.Work(
        providers.computed()
            + prompts.computed()
            + profiles.computed()
            + routes.computed()
            + budgets.computed(),
        namespaces.computed());
  }
}
