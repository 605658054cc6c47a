package io.tidegate.operator.compile;

import static io.tidegate.operator.compile.Cluster.OPERATOR;

import java.util.Map;
import java.util.stream.Stream;

/** Each reason with a view that causes it and one beside it that does not. */
final class FindingCases {
  private static final String ALL = "rules: [{name: all, targets: [{provider: p, model: m}]}]";
  private static final String USD = "{limits: [{name: day, usd: '1', window: Day}]}";
  private static final String UNCAPPED =
      "{type: OpenAICompatible, endpoint: 'https://p', models: [{name: m, price:"
          + " {inputPerMillionTokens: '1', outputPerMillionTokens: '2'}}]}";
  private static final String PASS_THROUGH = "{unmatched: {action: PassThrough, providers: [p]}}";
  private static final String HI = "messages: [{role: system, content: 'Hi {{who}}'}], ";
  private static final String BUNDLED = ", tls: {caBundle: {configMapRef: {name: c}}}";

  private FindingCases() {}

  record Case(Reason reason, String field, String says, Cluster bad, Cluster good) {}

  static Stream<Case> all() {
    return Stream.of(references(), objects(), notices()).flatMap(each -> each);
  }

  private static Stream<Case> references() {
    return Stream.of(
        new Case(
            Reason.ProviderNotFound,
            "spec.rules[all].targets[0].provider",
            "ModelProvider p, which does not exist",
            team().routeTo("a", "r", "p"),
            team().routeTo("a", "r", "p").provider("a", "p")),
        new Case(
            Reason.RefNotPermitted,
            "spec.rules[all].targets[0].provider",
            "which namespace a may not use",
            team().routeTo("a", "r", "p").provider(OPERATOR, "p"),
            team()
                .routeTo("a", "r", "p")
                .provider(
                    OPERATOR,
                    "p",
                    ", allowedNamespaces: {from: Selector, selector: {matchLabels: {team: x}}}")),
        new Case(
            Reason.ProviderBroken,
            "spec.rules[all].targets[0].provider",
            "which cannot serve",
            team().routeTo("a", "r", "p").provider("a", "p", BUNDLED),
            team().routeTo("a", "r", "p").provider("a", "p")),
        new Case(
            Reason.ModelNotFound,
            "spec.rules[all].targets[0].model",
            "names 'n', which ModelProvider a/p lacks",
            team()
                .route("a", "r", "{rules: [{name: all, targets: [{provider: p, model: n}]}]}")
                .provider("a", "p"),
            team().routeTo("a", "r", "p").provider("a", "p")),
        new Case(
            Reason.ProfileNotFound,
            "metadata.name",
            "label tidegate.io/profile of pods or of namespace a",
            team().pod("a", "odd", Map.of("tidegate.io/profile", "gone")),
            team()
                .pod("a", "odd", Map.of("tidegate.io/profile", "gone"))
                .profile(OPERATOR, "gone", "{}")),
        new Case(
            Reason.PromptNotFound,
            "spec.prompt.promptVersion",
            "PromptVersion v, which does not exist",
            team().provider("a", "p").route("a", "r", "{prompt: {promptVersion: v}, " + ALL + "}"),
            prompted(OPERATOR, "variables: [{name: who}]", "")),
        new Case(
            Reason.PromptBroken,
            "spec.prompt.promptVersion",
            "PromptVersion a/v, which cannot be used",
            prompted("a", "variables: []", ""),
            prompted("a", "variables: [{name: who}]", "")),
        new Case(
            Reason.SecretNamespaceNotGranted,
            "spec.credentials.apiKey.secretRef",
            "namespace a, where the operator may read none",
            team().anthropic("a", "p"),
            team().anthropic("a", "p").grant("a")),
        new Case(
            Reason.SecretNotFound,
            "spec.credentials.apiKey.secretRef.name",
            "Secret tidegate-system/other, which does not exist",
            keyed("{name: other}"),
            keyed("{name: key}")),
        new Case(
            Reason.SecretKeyNotFound,
            "spec.credentials.apiKey.secretRef.key",
            "key other, which Secret key lacks",
            keyed("{name: key, key: other}"),
            keyed("{name: key}")),
        new Case(
            Reason.CaBundleNotGranted,
            "spec.tls.caBundle.configMapRef",
            "ConfigMap a/c, which the operator may not read",
            team().refusedConfigMap("a", "c").provider("a", "p", BUNDLED),
            bundled(Certificates.PEM)),
        new Case(
            Reason.CaBundleNotFound,
            "spec.tls.caBundle.configMapRef",
            "key ca.crt of ConfigMap a/c, which does not exist",
            team().provider("a", "p", BUNDLED),
            bundled(Certificates.PEM)),
        new Case(
            Reason.CaBundleInvalid,
            "spec.tls.caBundle.configMapRef",
            "which is no PEM",
            bundled("no certificate"),
            bundled(Certificates.PEM)));
  }

  private static Stream<Case> objects() {
    String selector = "{workloads: {namespaceSelector: {}}, " + ALL + "}";
    return Stream.of(
        new Case(
            Reason.NamespaceSelectorNotAllowed,
            "spec.workloads.namespaceSelector",
            "valid in namespace tidegate-system only",
            team().provider("a", "p").route("a", "r", selector),
            team().provider(OPERATOR, "p").route(OPERATOR, "r", selector)),
        new Case(
            Reason.TranslationNotAvailable,
            "spec.rules[all].fallback.targets[0].provider",
            "translation is not available",
            mixed("c"),
            mixed("p")),
        new Case(
            Reason.PromptVariableUnknown,
            "spec.prompt.variables.whom",
            "is no variable of PromptVersion a/v",
            prompted("a", "variables: [{name: who}]", "variables: {whom: x}"),
            prompted("a", "variables: [{name: who}]", "variables: {who: x}")),
        new Case(
            Reason.PromptVariableInvalid,
            "spec.prompt.variables.who",
            "is no Integer",
            prompted("a", "variables: [{name: who, type: Integer}]", "variables: {who: x}"),
            prompted("a", "variables: [{name: who, type: Integer}]", "variables: {who: '7'}")),
        new Case(
            Reason.PromptVariableInvalid,
            "spec.variables[who].default",
            "longer than 2 characters",
            prompted("a", "variables: [{name: who, maxLength: 2, default: xyz}]", ""),
            prompted("a", "variables: [{name: who, maxLength: 3, default: xyz}]", "")),
        new Case(
            Reason.PromptTemplateInvalid,
            "spec.messages[0].content",
            "uses {{who}}, which spec.variables does not declare",
            team().prompt("a", "v", HI + "variables: []"),
            team().prompt("a", "v", HI + "variables: [{name: who}]")),
        new Case(
            Reason.SubjectOutOfScope,
            "spec.subject.namespace",
            "names b, which this budget does not govern",
            team().budget("a", "t", "{subject: {namespace: b}, " + USD.substring(1)),
            team().budget(OPERATOR, "t", "{subject: {namespace: b}, " + USD.substring(1))),
        new Case(
            Reason.TimeZoneUnknown,
            "spec.limits[day].timeZone",
            "names 'Europe/Nowhere'",
            zoned("Europe/Nowhere"),
            zoned("Europe/Berlin")),
        new Case(
            Reason.SpecNotUnderstood,
            "spec.limits[0].window",
            "'Aeon', which is none of Minute, Hour, Day",
            team().budget("a", "t", "{limits: [{name: day, usd: '1', window: Aeon}]}"),
            team().budget("a", "t", USD)),
        new Case(
            Reason.PassThroughAmbiguous,
            "spec.unmatched.providers[1]",
            "second provider that speaks OpenAI",
            passThrough().provider(OPERATOR, "c"),
            passThrough().anthropic(OPERATOR, "c")),
        new Case(
            Reason.ProviderInvalid,
            "spec.endpoint",
            "is missing",
            team().providerSpec("a", "p", "{type: OpenAICompatible, models: [{name: m}]}"),
            team().provider("a", "p")),
        new Case(
            Reason.RejectedByEngine,
            "spec",
            "spec.endpoint is no URL",
            team()
                .providerSpec(
                    "a",
                    "p",
                    "{type: OpenAICompatible, endpoint: 'http://[:::', models: [{name: m}]}"),
            team().provider("a", "p")));
  }

  private static Stream<Case> notices() {
    String twice =
        "{rules: [{name: all, targets: [{provider: p, model: m, weight: 1}, {provider: p, model:"
            + " m}]}]}";
    return Stream.of(
        new Case(
            Reason.ProviderWithoutKey,
            "spec.rules[all].targets[0].provider",
            "names ModelProvider tidegate-system/p, whose key is missing",
            keyed("{name: other}", ", allowedNamespaces: {from: All}").route("a", "r", twice),
            keyed("{name: key}", ", allowedNamespaces: {from: All}").route("a", "r", twice)),
        new Case(
            Reason.ProviderWithoutKey,
            "spec.unmatched.providers[0]",
            "names ModelProvider tidegate-system/p, whose key is missing",
            keyed("{name: other}").profile(OPERATOR, "default", PASS_THROUGH),
            keyed("{name: key}").profile(OPERATOR, "default", PASS_THROUGH)),
        new Case(
            Reason.ModelWithoutPrice,
            "spec.limits[day].usd",
            "model 'm' of ModelProvider a/p in ModelRoute a/r has no price",
            team()
                .providerSpec(
                    "a",
                    "p",
                    "{type: OpenAICompatible, endpoint: 'https://p', models: [{name: m}]}")
                .routeTo("a", "r", "p")
                .budget("a", "t", USD),
            team().provider("a", "p").routeTo("a", "r", "p").budget("a", "t", USD)),
        new Case(
            Reason.ModelWithoutOutputCap,
            "spec.limits[day]",
            "nothing bounds that of model 'm' of ModelProvider a/p in ModelRoute a/r",
            team().providerSpec("a", "p", UNCAPPED).routeTo("a", "r", "p").budget("a", "t", USD),
            team()
                .providerSpec("a", "p", UNCAPPED)
                .route("a", "r", "{limits: {maxOutputTokens: 9}, " + ALL + "}")
                .budget("a", "t", USD)),
        new Case(
            Reason.Overridden,
            "spec.priority",
            "ModelRoute a/first (priority 0, as this one) comes first",
            team().provider("a", "p").routeTo("a", "first", "p").routeTo("a", "later", "p"),
            team()
                .provider("a", "p")
                .routeTo("a", "later", "p")
                .route("a", "first", "{models: [x], " + ALL + "}")));
  }

  private static Cluster team() {
    return new Cluster().namespace("a", Map.of("team", "x")).pod("a", "pod");
  }

  private static Cluster prompted(String where, String variables, String use) {
    return team()
        .provider("a", "p")
        .prompt(where, "v", HI + variables)
        .route("a", "r", "{prompt: {promptVersion: v, " + use + "}, " + ALL + "}");
  }

  private static Cluster keyed(String secretRef) {
    return keyed(secretRef, "");
  }

  private static Cluster keyed(String secretRef, String more) {
    return team()
        .secret(OPERATOR, "key", "apiKey")
        .providerSpec(
            OPERATOR,
            "p",
            "{type: OpenAI, credentials: {apiKey: {secretRef: %s}}, models: [{name: m}]%s}"
                .formatted(secretRef, more));
  }

  private static Cluster bundled(String pem) {
    return team().configMap("a", "c", Map.of("ca.crt", pem)).provider("a", "p", BUNDLED);
  }

  private static Cluster mixed(String fallback) {
    return team()
        .provider("a", "p")
        .anthropic("a", "c")
        .grant("a")
        .route(
            "a",
            "r",
            "{rules: [{name: all, targets: [{provider: p, model: m}], fallback: {when: [Timeout],"
                + " targets: [{provider: %s, model: m}]}}]}".formatted(fallback));
  }

  private static Cluster zoned(String zone) {
    return team()
        .budget(
            "a", "t", "{limits: [{name: day, tokens: 5, window: Day, timeZone: " + zone + "}]}");
  }

  private static Cluster passThrough() {
    return team()
        .provider(OPERATOR, "p")
        .profile(OPERATOR, "default", "{unmatched: {action: PassThrough, providers: [p, c]}}");
  }
}
