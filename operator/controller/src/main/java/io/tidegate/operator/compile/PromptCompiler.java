package io.tidegate.operator.compile;

import io.tidegate.api.PromptVersion;
import io.tidegate.api.PromptVersionSpec;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Prompt;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PromptVersion to {@link Prompt}. */
final class PromptCompiler {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}}");
  private final Surroundings surroundings;
  private final FindingLog findings;

  PromptCompiler(Surroundings surroundings, FindingLog findings) {
    this.surroundings = surroundings;
    this.findings = findings;
  }

  KindCompiler<PromptVersion, CompiledPrompt> kind() {
    return new KindCompiler<>(findings, this::compile, this::heldBack);
  }

  private CompiledPrompt compile(PromptVersion object) {
    ObjectRef ref = ViewIndex.ref(object);
    Prompt prompt = prompt(ref, object.getSpec());
    boolean declared = declared(ref, prompt);
    boolean fits = defaultsFit(ref, prompt);
    boolean usable = declared && fits && surroundings.rejection() == null;
    return new CompiledPrompt(ref, ViewIndex.generation(object), usable ? prompt : null);
  }

  private CompiledPrompt heldBack(PromptVersion object, Finding finding) {
    return new CompiledPrompt(finding.object(), ViewIndex.generation(object), null);
  }

  private static Prompt prompt(ObjectRef ref, PromptVersionSpec spec) {
    List<Prompt.Message> messages =
        spec.messages().stream()
            .map(
                each -> new Prompt.Message(Prompt.Role.valueOf(each.role().name()), each.content()))
            .toList();
    List<Prompt.Variable> variables =
        spec.variables().stream()
            .map(
                each ->
                    new Prompt.Variable(
                        each.name(),
                        Prompt.VariableType.valueOf(each.type().name()),
                        each.required(),
                        each.defaultValue(),
                        each.maxLength()))
            .toList();
    return new Prompt(
        ref,
        spec.prompt(),
        spec.version(),
        PromptDigest.of(spec),
        messages,
        variables,
        spec.parameters().temperature(),
        spec.parameters().maxOutputTokens());
  }

  private boolean declared(ObjectRef ref, Prompt prompt) {
    Set<String> names =
        prompt.variables().stream().map(Prompt.Variable::name).collect(Collectors.toSet());
    boolean all = true;
    for (int i = 0; i < prompt.messages().size(); i++) {
      Matcher matcher = PLACEHOLDER.matcher(prompt.messages().get(i).content());
      while (matcher.find()) {
        if (!names.contains(matcher.group(1))) {
          all = false;
          findings.add(
              ref,
              Reason.PromptTemplateInvalid,
              "spec.messages[" + i + "].content",
              "uses {{" + matcher.group(1) + "}}, which spec.variables does not declare");
        }
      }
    }
    return all;
  }

  private boolean defaultsFit(ObjectRef ref, Prompt prompt) {
    boolean all = true;
    for (Prompt.Variable variable : prompt.variables()) {
      String complaint =
          variable.defaultValue() == null ? null : misfit(variable, variable.defaultValue());
      if (complaint != null) {
        all = false;
        findings.add(
            ref,
            Reason.PromptVariableInvalid,
            "spec.variables[" + variable.name() + "].default",
            complaint);
      }
    }
    return all;
  }

  /** What is wrong with a value; null if it fits. */
  static String misfit(Prompt.Variable variable, String value) {
    if (value.length() > variable.maxLength()) {
      return "is longer than " + variable.maxLength() + " characters";
    }
    boolean fits =
        switch (variable.type()) {
          case String -> true;
          case Integer -> value.matches("-?[0-9]{1,18}");
          case Number -> value.matches("-?[0-9]{1,18}([.][0-9]{1,18})?([eE][-+]?[0-9]{1,3})?");
          case Boolean -> value.equals("true") || value.equals("false");
        };
    return fits ? null : "is no " + variable.type();
  }
}
