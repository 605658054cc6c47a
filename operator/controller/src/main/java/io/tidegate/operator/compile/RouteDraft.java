package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known of a route while its rules are compiled. */
final class RouteDraft {
  private final ObjectRef object;
  private final FindingLog findings;
  private final Map<ObjectRef, CompiledProvider> providers = new LinkedHashMap<>();
  private final Map<ObjectRef, CompiledPrompt> prompts = new LinkedHashMap<>();
  private CompiledProvider first;
  private String heldBack;

  RouteDraft(ObjectRef object, FindingLog findings) {
    this.object = object;
    this.findings = findings;
  }

  ObjectRef object() {
    return object;
  }

  /** The first complaint is the sentence that refuses the route's calls. */
  void complain(Reason reason, String field, String detail) {
    holdBack(findings.add(object, reason, field, detail).message());
  }

  void holdBack(String message) {
    if (heldBack == null) {
      heldBack = message;
    }
  }

  /** False with a finding if the provider speaks another dialect than the route's first target. */
  boolean use(String at, CompiledProvider provider) {
    if (first == null) {
      first = provider;
    }
    Dialect dialect = provider.provider().dialect();
    if (dialect != dialect()) {
      complain(
          Reason.TranslationNotAvailable,
          at + ".provider",
          "names "
              + provider.object()
              + ", which speaks "
              + dialect
              + " while the route's first target "
              + first.object()
              + " speaks "
              + dialect()
              + ", and translation is not available");
      return false;
    }
    if (providers.put(provider.object(), provider) == null && provider.lacksKey()) {
      findings.withoutKey(object, at + ".provider", provider);
    }
    return true;
  }

  void use(CompiledPrompt prompt) {
    prompts.put(prompt.object(), prompt);
  }

  /** Of the first usable target; null if there is none. */
  Dialect dialect() {
    return first == null ? null : first.provider().dialect();
  }

  /** Null if nothing was found that holds the route back. */
  String heldBack() {
    return heldBack;
  }

  List<CompiledProvider> providers() {
    return List.copyOf(providers.values());
  }

  List<CompiledPrompt> prompts() {
    return List.copyOf(prompts.values());
  }
}
