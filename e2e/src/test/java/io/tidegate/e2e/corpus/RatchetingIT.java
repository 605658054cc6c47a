package io.tidegate.e2e.corpus;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tidegate.cli.CrdFiles;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.cluster.Definitions;
import io.tidegate.e2e.cluster.Ran;
import io.tidegate.e2e.cluster.SharedCluster;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An object that was stored under looser rules can still be edited elsewhere once the rules are
 * those of our definitions. The definition here is a copy of ours in a group of its own, so that
 * nobody else meets the looser one.
 */
@ExtendWith(SharedCluster.class)
final class RatchetingIT {
  private static final String GROUP = "ratcheting.tidegate.example";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> RULES =
      Set.of("x-kubernetes-validations", "pattern", "enum", "maximum", "maxLength", "maxItems");

  /** Breaks a pattern, an enum, a number's bound and a CEL rule, each of one field. */
  private static final String STORED =
      """
      {"apiVersion": "ratcheting.tidegate.example/v1alpha1", "kind": "ModelProvider",
       "metadata": {"name": "old"},
       "spec": {"type": "OpenAICompatible", "endpoint": "http://a?b",
                "tls": {"mode": "Plaintext", "caBundle": {"configMapRef": {"name": "ca"}}},
                "allowedNamespaces": {"from": "Some"},
                "models": [{"name": "small"}, {"name": "a model", "contextTokens": 500000000}]}}
      """;

  /** Breaks a CEL rule that looks at the spec as a whole. */
  private static final String STORED_WITHOUT_KEY =
      """
      {"apiVersion": "ratcheting.tidegate.example/v1alpha1", "kind": "ModelProvider",
       "metadata": {"name": "old-without-key"},
       "spec": {"type": "OpenAI", "models": [{"name": "small"}]}}
      """;

  private static Cluster cluster;
  private static KubernetesClient admin;
  private static String namespace;

  @BeforeAll
  static void store(Cluster shared) throws Exception {
    cluster = shared;
    admin = cluster.admin();
    namespace = cluster.newNamespace("ratcheting");
    Definitions.apply(admin, List.of(copy(true)));
    for (String stored : List.of(STORED, STORED_WITHOUT_KEY)) {
      objects().resource(MAPPER.readValue(stored, GenericKubernetesResource.class)).create();
    }
    Definitions.apply(admin, List.of(copy(false)));
    until(
        "the rules hold",
        () -> patched("old", "/spec/endpoint", "\"still ? bad\"", "--dry-run=server").exit() != 0);
  }

  @AfterAll
  static void stop() {
    admin.resource(copy(false)).delete();
    admin.close();
  }

  @Test
  void anEditElsewhereIsTakenAndTheBadFieldsStay() {
    assertThat(patched("/spec/models/0/contextTokens", "8000").orFail()).contains("patched");
    assertThat(patched("/spec/timeouts", "{\"connectSeconds\": 9}").orFail()).contains("patched");
    JsonNode spec = MAPPER.<JsonNode>valueToTree(objects().withName("old").get()).path("spec");
    assertThat(spec.at("/models/0/contextTokens").asInt()).isEqualTo(8000);
    assertThat(spec.at("/models/1/name").asText()).isEqualTo("a model");
    assertThat(spec.path("endpoint").asText()).isEqualTo("http://a?b");
  }

  @Test
  void anEditOfABadFieldMustMendIt() {
    assertThat(patched("/spec/endpoint", "\"http://c?d\"").err()).contains("spec.endpoint");
    assertThat(patched("/spec/allowedNamespaces/from", "\"None\"").err())
        .contains("spec.allowedNamespaces.from");
    assertThat(patched("/spec/tls/caBundle/configMapRef/key", "\"pem\"").err())
        .contains("caBundle has no meaning");
    assertThat(patched("/spec/models/1/contextTokens", "600000000").err())
        .contains("spec.models[1].contextTokens");
  }

  /** What a new rule of this kind does to stored objects: the check of compatibility names it. */
  @Test
  void aRuleOnTheWholeSpecHoldsForEveryEditOfTheSpecAndForNoOther() {
    assertThat(patched("old-without-key", "/metadata/labels", "{\"a\": \"b\"}").orFail())
        .contains("patched");
    assertThat(patched("old-without-key", "/spec/timeouts", "{\"idleSeconds\": 9}").err())
        .contains("spec.credentials", "credentials are required");
  }

  private static NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects() {
    return admin
        .genericKubernetesResources(GROUP + "/v1alpha1", "ModelProvider")
        .inNamespace(namespace);
  }

  private static Ran patched(String pointer, String value) {
    return patched("old", pointer, value);
  }

  private static Ran patched(String name, String pointer, String value, String... more) {
    Stream<String> patch =
        Stream.of(
            "patch",
            "modelproviders." + GROUP,
            name,
            "--namespace=" + namespace,
            "--type=json",
            "--patch=[{\"op\": \"add\", \"path\": \"%s\", \"value\": %s}]"
                .formatted(pointer, value));
    return cluster.run("kubectl", Stream.concat(patch, Stream.of(more)).toArray(String[]::new));
  }

  /** Without the rules that STORED breaks, if loose. */
  private static CustomResourceDefinition copy(boolean loose) {
    CustomResourceDefinition ours =
        CrdFiles.load().stream()
            .filter(crd -> crd.getSpec().getNames().getKind().equals("ModelProvider"))
            .findFirst()
            .orElseThrow();
    ObjectNode copy = MAPPER.valueToTree(ours);
    copy.withObject("/metadata").put("name", "modelproviders." + GROUP);
    ObjectNode spec = copy.withObject("/spec").put("group", GROUP);
    spec.withObject("/names").remove(List.of("shortNames", "categories"));
    if (loose) {
      loosen(spec.path("versions"));
    }
    return MAPPER.convertValue(copy, CustomResourceDefinition.class);
  }

  private static void loosen(JsonNode schema) {
    if (schema instanceof ObjectNode node) {
      node.remove(RULES);
    }
    schema.forEach(RatchetingIT::loosen);
  }
}
