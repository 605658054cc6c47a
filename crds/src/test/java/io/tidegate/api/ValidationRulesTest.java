package io.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the schema against an object that keeps it and one that breaks it. */
class ValidationRulesTest {
  private static final String MODELS = "models: [{name: m}]";
  private static final String KEY = "credentials: {apiKey: {secretRef: {name: k}}}";
  private static final String TARGETS = "targets: [{provider: p, model: m}]";

  static Stream<Arguments> good() {
    return Stream.of(
        of("ModelProvider", "{type: OpenAI, " + KEY + ", " + MODELS + "}"),
        of("ModelProvider", "{type: Anthropic, " + KEY + ", " + MODELS + "}"),
        of("ModelProvider", compatible("https://vllm.example:8000/v1", "")),
        of("ModelProvider", compatible("http://vllm", "tls: {mode: Plaintext}")),
        of(
            "ModelProvider",
            compatible("https://vllm", "tls: {caBundle: {configMapRef: {name: ca}}}")),
        of(
            "ModelProvider",
            compatible(
                "https://v",
                "allowedNamespaces: {from: Selector, selector: {matchLabels: {a: b}}}")),
        of("ModelRoute", "{rules: [{name: r, " + TARGETS + "}]}"),
        of("ModelRoute", rule(TARGETS + ", select: Ordered")),
        of("ModelRoute", rule(twoTargets() + ", select: Ordered, fallback: {when: [Timeout]}")),
        of("ModelRoute", rule(TARGETS + ", fallback: {when: [Timeout], " + TARGETS + "}")),
        of("ModelRoute", rule(TARGETS + ", retry: {attempts: 2, backoffMillis: 2000}")),
        of("ModelRoute", rule(TARGETS + ", prompt: {promptVersion: p, variables: {a: b}}")),
        of("TenantBudget", "{limits: [{name: day, usd: '5.00', window: Day}]}"),
        of("TenantBudget", "{limits: [{name: all, concurrentRequests: 20}]}"),
        of(
            "TenantBudget",
            "{per: User, limits: [{name: t, tokens: 5, window: Hour, timeZone: Europe/Berlin}]}"),
        of("PromptVersion", prompt("name: a, required: true")),
        of("PromptVersion", prompt("name: a, default: x, maxLength: 5")),
        of("SidecarProfile", "{}"),
        of(
            "SidecarProfile",
            "{identity: [{field: tenant_id, sources: [PodLabel], allowedValues: [a], default:"
                + " a}]}"),
        of("SidecarProfile", "{unmatched: {action: PassThrough, providers: [a, b/c]}}"),
        of("SidecarProfile", "{resources: {requests: {cpu: 1, memory: 64Mi}}}"));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        bad("ModelProvider", "{type: OpenAICompatible, " + MODELS + "}", "endpoint is required"),
        bad("ModelProvider", "{type: Anthropic, " + MODELS + "}", "credentials are required"),
        bad("ModelProvider", compatible("http://vllm", ""), "sends prompts and keys unencrypted"),
        bad(
            "ModelProvider",
            compatible("https://vllm", "tls: {mode: Plaintext}"),
            "mode Plaintext needs an http:// endpoint"),
        bad(
            "ModelProvider",
            compatible("http://v", "tls: {mode: Plaintext, caBundle: {configMapRef: {name: ca}}}"),
            "caBundle has no meaning"),
        bad(
            "ModelProvider",
            compatible("https://v", "allowedNamespaces: {from: Selector}"),
            "from: Selector needs it"),
        bad(
            "ModelProvider",
            compatible("https://v", "allowedNamespaces: {selector: {}}"),
            "selector goes with from: Selector"),
        bad(
            "ModelProvider",
            compatible(
                "https://v",
                "allowedNamespaces: {from: Selector, selector:"
                    + " {matchExpressions: [{key: a, operator: In}]}}"),
            "values is needed by In"),
        bad("ModelProvider", compatible("https://user@v", ""), "endpoint does not match"),
        bad("ModelProvider", compatible("https://v?key=1", ""), "endpoint does not match"),
        bad(
            "ModelProvider",
            "{type: OpenAI, " + KEY + ", models: [{name: m}, {name: m}]}",
            "holds m twice"),
        bad(
            "ModelProvider",
            "{type: OpenAI, "
                + KEY
                + ", models: [{name: m, price: {inputPerMillionTokens: '3,0',"
                + " outputPerMillionTokens: '1'}}]}",
            "inputPerMillionTokens does not match"),
        bad("ModelProvider", "{type: Bedrock, " + KEY + ", " + MODELS + "}", "type is none of"),
        bad(
            "ModelRoute",
            rule("targets: [{provider: p, model: m, weight: 0}]"),
            "all weights are zero"),
        bad("ModelRoute", rule(twoTargets() + ", select: Ordered"), "give fallback.when"),
        bad("ModelRoute", rule(TARGETS + ", fallback: {when: [Timeout]}"), "give fallback.targets"),
        bad("ModelRoute", rule(TARGETS + ", retry: {backoffMillis: 3000}"), "raise it"),
        bad(
            "ModelRoute",
            "{rules: [{name: r, " + TARGETS + "}, {name: r, " + TARGETS + "}]}",
            "holds r twice"),
        bad("ModelRoute", "{rules: []}", "rules is too short"),
        bad("ModelRoute", rule("targets: []"), "targets is too short"),
        bad("ModelRoute", rule(TARGETS + ", guards: [pii]"), "guards is an unknown field"),
        bad("TenantBudget", "{limits: [{name: a, window: Day}]}", "exactly one of usd"),
        bad(
            "TenantBudget",
            "{limits: [{name: a, usd: '1', tokens: 1, window: Day}]}",
            "exactly one of usd"),
        bad("TenantBudget", "{limits: [{name: a, usd: '1'}]}", "window is needed"),
        bad(
            "TenantBudget",
            "{limits: [{name: a, concurrentRequests: 1, window: Day}]}",
            "no meaning for concurrentRequests"),
        bad(
            "TenantBudget",
            "{limits: [{name: a, concurrentRequests: 1, timeZone: UTC}]}",
            "timeZone needs a window"),
        bad("TenantBudget", "{limits: [{name: a, usd: 5, window: Day}]}", "must be of type string"),
        bad("PromptVersion", prompt("name: a, required: true, default: x"), "no use for a default"),
        bad("PromptVersion", prompt("name: 'a b'"), "name does not match"),
        bad(
            "SidecarProfile",
            "{identity: [{field: tenant_id, sources: [PodLabel]}]}",
            "PodLabel needs allowedValues"),
        bad(
            "SidecarProfile",
            "{identity: [{field: tenant_id, allowedValues: [a], default: b}]}",
            "default is not among allowedValues"),
        bad("SidecarProfile", "{unmatched: {action: PassThrough}}", "name one provider"),
        bad("SidecarProfile", "{unmatched: {providers: [p]}}", "goes with action PassThrough"),
        bad("SidecarProfile", "{port: 4101}", "give each its own"));
  }

  @ParameterizedTest
  @MethodSource("good")
  void aGoodObjectIsTaken(String kind, String spec) throws IOException {
    assertThat(SchemaCheck.create(object(kind, spec))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadObjectIsRefusedWithTheFieldAndTheNextStep(String kind, String spec, String says)
      throws IOException {
    assertThat(SchemaCheck.create(object(kind, spec)))
        .singleElement()
        .satisfies(complaint -> assertThat(complaint).startsWith("spec").contains(says));
  }

  @Test
  void aPromptVersionNeverChanges() throws IOException {
    Map<String, Object> old = object("PromptVersion", prompt("name: a"));
    assertThat(SchemaCheck.create(old)).isEmpty();
    assertThat(SchemaCheck.update(object("PromptVersion", prompt("name: a")), old)).isEmpty();
    assertThat(SchemaCheck.update(object("PromptVersion", prompt("name: b")), old))
        .singleElement()
        .satisfies(complaint -> assertThat(complaint).contains("create a new one"));
  }

  @Test
  void everyRuleIsBrokenByOneOfTheBadObjects() throws IOException {
    List<String> says = bad().map(arguments -> (String) arguments.get()[2]).toList();
    List<String> untested =
        GeneratedCrds.crds().stream()
            .flatMap(crd -> GeneratedCrds.rules(GeneratedCrds.schema(crd)))
            .map(rule -> rule.getMessage())
            .filter(message -> says.stream().noneMatch(message::contains))
            .filter(message -> !message.contains("create a new one"))
            .distinct()
            .toList();
    assertThat(untested).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("good")
  void whatTheSchemaDefaultsTheTypesDefaultTheSameWay(String kind, String spec) throws IOException {
    Map<String, Object> defaulted = object(kind, spec);
    SchemaCheck.create(defaulted);
    assertThat(read(kind, object(kind, spec))).isEqualTo(read(kind, defaulted));
  }

  private static Object read(String kind, Map<String, Object> object) {
    return GeneratedCrds.KINDS.stream()
        .filter(type -> type.getSimpleName().equals(kind))
        .map(
            type ->
                ((io.fabric8.kubernetes.client.CustomResource<?, ?>)
                        Serialization.unmarshal(Serialization.asJson(object), type))
                    .getSpec())
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> object(String kind, String spec) {
    return Serialization.unmarshal(
        "kind: " + kind + "\napiVersion: tidegate.io/v1alpha1\nmetadata: {name: n}\nspec: " + spec,
        new TypeReference<Map<String, Object>>() {});
  }

  private static Arguments of(String kind, String spec) {
    return Arguments.of(kind, spec);
  }

  private static Arguments bad(String kind, String spec, String says) {
    return Arguments.of(kind, spec, says);
  }

  private static String compatible(String endpoint, String more) {
    return "{type: OpenAICompatible, endpoint: '"
        + endpoint
        + "', "
        + MODELS
        + (more.isEmpty() ? "" : ", " + more)
        + "}";
  }

  private static String rule(String rest) {
    return "{rules: [{name: r, " + rest + "}]}";
  }

  private static String twoTargets() {
    return "targets: [{provider: p, model: m}, {provider: p, model: n}]";
  }

  private static String prompt(String variable) {
    return "{prompt: p, version: v1, messages: [{role: system, content: hi}], variables: [{"
        + variable
        + "}]}";
  }
}
