package io.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a newer CRD or a hand in etcd may have stored. */
class GovernedResourceTest {
  private static final String RULE = "rules: [{name: all, targets: [{provider: p, model: m}]";

  private static ModelRoute route(String spec) {
    return read(ModelRoute.class, "spec: " + spec);
  }

  private static <R extends GovernedResource<?, ?>> R read(Class<R> type, String content) {
    return Serialization.unmarshal(
        "apiVersion: tidegate.io/v1alpha1\nkind: "
            + type.getSimpleName()
            + "\nmetadata: {name: x, namespace: team}\n"
            + content,
        type);
  }

  @Test
  void aSpecThatFitsIsRead() {
    ModelRoute route = route("{" + RULE + "}]}");
    assertThat(route.misfit()).isNull();
    assertThat(route.getSpec().rules().getFirst().select())
        .isEqualTo(ModelRouteSpec.Select.Weighted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {RULE, moonPhase: [Full]}]}                | spec.rules[0].moonPhase       | does not know
          {RULE}], quota: 1}                         | spec.quota                    | does not know
          {RULE, select: Cheapest}]}                 | spec.rules[0].select          | 'Cheapest', which is none of Weighted, Ordered
          {RULE, retry: {attempts: two}}]}           | spec.rules[0].retry.attempts  | is no number
          {RULE, retry: {attempts: 1.5}}]}           | spec.rules[0].retry.attempts  | is no number
          {RULE, match: {tenants: acme}}]}           | spec.rules[0].match.tenants   | is no list
          {RULE, match: {tenants: [[]]}}]}           | spec.rules[0].match.tenants[0] | is no text
          {RULE}], priority: 5000}                   | spec.priority                 | is more than 1000
          {RULE}], models: ['']}                     | spec.models[0]                | has fewer than 1
          {RULE}], models: [null]}                   | spec.models[0]                | holds null
          {rules: [{name: "all\\n", targets: [{provider: p, model: m}]}]} | spec.rules[0].name | does not match
          {rules: []}                                | spec.rules                    | has fewer than 1
          {rules: [{name: all}]}                     | spec.rules[0].targets         | has fewer than 1
          {rules: [{targets: [{provider: p, model: m}]}]} | spec.rules[0].name       | is missing
          7                                          | spec                          | is no object
          """)
  void aSpecThatDoesNotFitSaysWhere(String spec, String field, String complaint) {
    ModelRoute route = route(spec.replace("RULE", RULE));
    assertThat(route.getSpec()).isNull();
    assertThat(route.misfit().field()).isEqualTo(field);
    assertThat(route.misfit().complaint()).contains(complaint);
  }

  @Test
  void anAbsentSpecIsAMisfitToo() {
    assertThat(read(ModelRoute.class, "").misfit()).isEqualTo(new Misfit("spec", "is missing"));
    assertThat(new ModelRoute().misfit()).isEqualTo(new Misfit("spec", "is missing"));
    assertThat(route("null").misfit()).isEqualTo(new Misfit("spec", "is missing"));
  }

  @Test
  void theReadablePartsOfAMisfitCanBeRead() {
    ModelRoute route =
        route(
            "{priority: 7, models: 5, workloads: {moon: 1, podSelector: {matchLabels: {a: b}}}, "
                + RULE
                + "}]}");
    assertThat(route.part(Integer.class, "priority")).contains(7);
    assertThat(route.part(String[].class, "models")).isEmpty();
    assertThat(route.part(Selector.class, "workloads", "podSelector"))
        .hasValueSatisfying(pods -> assertThat(pods.matchLabels()).containsEntry("a", "b"));
    assertThat(route.part(Selector.class, "workloads", "namespaceSelector")).isEmpty();
  }

  @Test
  void aSpecThatDoesNotFitIsWrittenAsItCame() throws JsonProcessingException {
    ModelRoute route = route("{moon: 1.25, " + RULE + "}]}");
    JsonMapper json = new JsonMapper();
    assertThat(json.readTree(Serialization.asJson(route)).at("/spec").toString())
        .isEqualTo(
            "{\"moon\":1.25,\"rules\":[{\"name\":\"all\",\"targets\":"
                + "[{\"provider\":\"p\",\"model\":\"m\"}]}]}");
    ModelRoute again = Serialization.clone(route);
    assertThat(again.misfit()).isEqualTo(route.misfit());
    again.setSpec(route("{" + RULE + "}]}").getSpec());
    assertThat(again.misfit()).isNull();
    assertThat(Serialization.asJson(again)).doesNotContain("moon");
  }

  @Test
  void aStatusOfANewerOperatorIsReadAsFarAsItIsKnown() {
    ModelRoute route =
        read(ModelRoute.class, "status: {observedGeneration: 3, moon: 1, programmed: 1/1}");
    assertThat(route.getStatus().programmed()).isEqualTo("1/1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {conditions: [{type: Ready, status: Perhaps}]}
          {conditions: [{status: 'True'}]}
          {observedGeneration: many}
          [1]
          """)
  void aStatusThatDoesNotFitReadsAsNone(String status) {
    assertThat(read(ModelRoute.class, "status: " + status).getStatus()).isNull();
    assertThat(read(TenantBudget.class, "status: " + status).getStatus()).isNull();
  }
}
