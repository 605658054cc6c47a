package io.tidegate.operator.compile;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.ModelRouteSpec;
import io.tidegate.api.Selector;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Route;
import java.util.Arrays;
import java.util.List;

/**
 * ModelRoute to {@link Route}.
 *
 * <p>A route with one broken rule is held back as a whole: dropping the broken target would send
 * its calls to the others, dropping the rule would send them to the next rule, dropping the route
 * to the next route. Each of these can be the more permissive place (the rule for confidential work
 * is the one that names the restricted provider), so none is safe. A route that is held back claims
 * what it would have claimed and refuses it, naming the finding.
 */
final class RouteCompiler {
  private final Surroundings surroundings;
  private final FindingLog findings;

  RouteCompiler(Surroundings surroundings, FindingLog findings) {
    this.surroundings = surroundings;
    this.findings = findings;
  }

  KindCompiler<ModelRoute, CompiledRoute> kind() {
    return new KindCompiler<>(findings, this::compile, this::heldBack);
  }

  private CompiledRoute compile(ModelRoute object) {
    ObjectRef ref = ViewIndex.ref(object);
    ModelRouteSpec spec = object.getSpec();
    ModelRouteSpec.Workloads workloads = spec.workloads();
    Selector namespaces = workloads == null ? null : workloads.namespaceSelector();
    Selector pods = workloads == null ? null : workloads.podSelector();
    RouteDraft draft = new RouteDraft(ref, findings);
    String rejection = surroundings.rejection();
    if (rejection != null) {
      draft.holdBack(rejection);
    }
    if (namespaces != null && !ref.namespace().equals(surroundings.operatorNamespace())) {
      draft.complain(
          Reason.NamespaceSelectorNotAllowed,
          "spec.workloads.namespaceSelector",
          "is valid in namespace " + surroundings.operatorNamespace() + " only");
      namespaces = null;
    }
    List<Route.Rule> rules = spec.rules().stream().map(rule -> rule(draft, spec, rule)).toList();
    boolean held = draft.heldBack() != null;
    Dialect dialect = draft.dialect();
    return new CompiledRoute(
        ref,
        ViewIndex.generation(object),
        spec.priority(),
        namespaces,
        pods,
        held ? null : dialect,
        new Route(ref, spec.models(), held ? List.of() : rules, draft.heldBack()),
        held ? List.of() : draft.providers(),
        held ? List.of() : draft.prompts());
  }

  /**
   * Claims what can be read of what it claims; a part that cannot be read narrows nothing, because
   * a call that slips past could reach a more permissive route.
   */
  private CompiledRoute heldBack(ModelRoute object, Finding finding) {
    ObjectRef ref = ViewIndex.ref(object);
    List<String> models =
        object
            .part(String[].class, "models")
            .map(Arrays::asList)
            .filter(names -> !names.contains(null))
            .orElse(List.of());
    return new CompiledRoute(
        ref,
        ViewIndex.generation(object),
        object
            .part(Integer.class, "priority")
            .orElse(object.part(JsonNode.class, "priority").isPresent() ? Integer.MAX_VALUE : 0),
        ref.namespace().equals(surroundings.operatorNamespace())
            ? object.part(Selector.class, "workloads", "namespaceSelector").orElse(null)
            : null,
        object.part(Selector.class, "workloads", "podSelector").orElse(null),
        null,
        new Route(ref, models, List.of(), finding.message()),
        List.of(),
        List.of());
  }

  private Route.Rule rule(RouteDraft draft, ModelRouteSpec spec, ModelRouteSpec.Rule rule) {
    String at = "spec.rules[" + rule.name() + "]";
    ModelRouteSpec.Fallback fallback = rule.fallback();
    ModelRouteSpec.Retry retry = rule.retry();
    return new Route.Rule(
        rule.name(),
        match(rule.match()),
        targets(draft, at + ".targets", rule.targets()),
        Route.Select.valueOf(rule.select().name()),
        fallback == null
            ? null
            : new Route.Fallback(
                fallback.when().stream()
                    .map(kind -> Route.FailureKind.valueOf(kind.name()))
                    .toList(),
                targets(draft, at + ".fallback.targets", fallback.targets())),
        retry == null
            ? null
            : new Route.Retry(retry.attempts(), retry.backoffMillis(), retry.maxBackoffMillis()),
        stricter(spec.limits(), rule.limits()),
        rule.prompt() != null
            ? prompt(draft, at + ".prompt", rule.prompt())
            : spec.prompt() != null ? prompt(draft, "spec.prompt", spec.prompt()) : null);
  }

  private static Route.Match match(ModelRouteSpec.Match match) {
    return match == null
        ? Route.Match.ANY
        : new Route.Match(
            match.tenants(),
            match.users(),
            match.workflows(),
            match.sensitivity(),
            match.latencyClass(),
            match.budgetClass(),
            match.models());
  }

  private static Route.Limits stricter(ModelRouteSpec.Limits route, ModelRouteSpec.Limits rule) {
    if (route == null && rule == null) {
      return null;
    }
    return new Route.Limits(
        least(
            route == null ? null : route.maxInputTokens(),
            rule == null ? null : rule.maxInputTokens()),
        least(
            route == null ? null : route.maxOutputTokens(),
            rule == null ? null : rule.maxOutputTokens()));
  }

  private static Integer least(Integer a, Integer b) {
    return a == null ? b : b == null ? a : Integer.valueOf(Math.min(a, b));
  }

  private List<Route.Target> targets(
      RouteDraft draft, String at, List<ModelRouteSpec.Target> targets) {
    List<Route.Target> compiled = new java.util.ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      ModelRouteSpec.Target target = targets.get(i);
      CompiledProvider provider = provider(draft, at + "[" + i + "]", target);
      if (provider != null) {
        compiled.add(new Route.Target(provider.object(), target.model(), target.weight()));
      }
    }
    return compiled;
  }

  /** Null with a finding if the target cannot be used. */
  private CompiledProvider provider(RouteDraft draft, String at, ModelRouteSpec.Target target) {
    String namespace = draft.object().namespace();
    CompiledProvider provider = surroundings.provider(target.provider());
    String field = at + ".provider";
    if (provider == null) {
      draft.complain(
          Reason.ProviderNotFound,
          field,
          "names ModelProvider " + target.provider() + ", which does not exist");
      return null;
    }
    if (!provider.allows(namespace, surroundings.labels())) {
      draft.complain(
          Reason.RefNotPermitted,
          field,
          "names " + provider.object() + ", which namespace " + namespace + " may not use");
      return null;
    }
    if (provider.provider() == null) {
      draft.complain(
          Reason.ProviderBroken, field, "names " + provider.object() + ", which cannot serve");
      return null;
    }
    if (provider.model(target.model()) == null) {
      draft.complain(
          Reason.ModelNotFound,
          at + ".model",
          "names '" + target.model() + "', which " + provider.object() + " lacks");
      return null;
    }
    return draft.use(at, provider) ? provider : null;
  }

  private Route.PromptUse prompt(RouteDraft draft, String at, ModelRouteSpec.PromptUse use) {
    CompiledPrompt prompt = surroundings.prompt(use.promptVersion());
    if (prompt == null) {
      draft.complain(
          Reason.PromptNotFound,
          at + ".promptVersion",
          "names PromptVersion " + use.promptVersion() + ", which does not exist");
      return null;
    }
    if (prompt.prompt() == null) {
      draft.complain(
          Reason.PromptBroken,
          at + ".promptVersion",
          "names " + prompt.object() + ", which cannot be used");
      return null;
    }
    use.variables()
        .forEach((name, value) -> variable(draft, at + ".variables." + name, prompt, name, value));
    draft.use(prompt);
    return new Route.PromptUse(prompt.object(), use.variables());
  }

  private static void variable(
      RouteDraft draft, String at, CompiledPrompt prompt, String name, String value) {
    prompt.prompt().variables().stream()
        .filter(variable -> variable.name().equals(name))
        .findFirst()
        .ifPresentOrElse(
            variable -> {
              String misfit = PromptCompiler.misfit(variable, value);
              if (misfit != null) {
                draft.complain(Reason.PromptVariableInvalid, at, misfit);
              }
            },
            () ->
                draft.complain(
                    Reason.PromptVariableUnknown, at, "is no variable of " + prompt.object()));
  }
}
