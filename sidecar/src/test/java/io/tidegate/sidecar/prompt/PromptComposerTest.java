package io.tidegate.sidecar.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Prompt.VariableType;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.route.Policies;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptComposerTest {
  private static final Policy POLICY =
      Policies.with(
          new Prompt(
              Policies.PROMPT,
              "summary",
              "v1",
              "sha256:x",
              List.of(
                  new Prompt.Message(
                      Prompt.Role.system, "{{product}} {{ lines }} {{ratio}} {{polite}} {{x}} {{"),
                  new Prompt.Message(Prompt.Role.user, "{{ticket}}{{product}}")),
              List.of(
                  new Prompt.Variable("product", VariableType.String, false, "Acme", 20),
                  new Prompt.Variable("ticket", VariableType.String, true, null, 40),
                  new Prompt.Variable("lines", VariableType.Integer, false, "3", 5),
                  new Prompt.Variable("ratio", VariableType.Number, false, null, 9),
                  new Prompt.Variable("polite", VariableType.Boolean, false, "true", 5)),
              null,
              null));

  private static Composition compose(Map<String, String> fixed, String header) {
    return PromptComposer.compose(
        POLICY,
        new Route.PromptUse(Policies.PROMPT, fixed),
        header == null ? null : header.replace('\'', '"'));
  }

  private static List<String> rendered(Map<String, String> fixed, String header) {
    Composition composition = compose(fixed, header);
    assertThat(composition).isInstanceOf(Composition.Composed.class);
    return ((Composition.Composed) composition)
        .rendered().stream().map(Prompt.Message::content).toList();
  }

  @Test
  void theCallsValuesDefaultsAndSilenceAreFilledIn() {
    assertThat(rendered(Map.of(), "{'ticket':'T','lines':12,'ratio':1.50,'polite':false}"))
        .containsExactly("Acme 12 1.50 false {{x}} {{", "TAcme");
    assertThat(rendered(Map.of(), "{'ticket':'T','ratio':null}"))
        .containsExactly("Acme 3  true {{x}} {{", "TAcme");
  }

  @Test
  void aCallCannotChangeWhatThePlatformFixed() {
    assertThat(rendered(Map.of("product", "Globex", "ticket", "F"), "{'product':'Evil'}"))
        .last()
        .isEqualTo("FGlobex");
  }

  @Test
  void aValueThatLooksLikeAPlaceIsNotFilled() {
    assertThat(rendered(Map.of(), "{'ticket':'{{product}} {{{{ticket}}}}'}"))
        .last()
        .isEqualTo("{{product}} {{{{ticket}}}}Acme");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | ticket | is required",
        "{'ticket':null} | ticket | is required",
        "{'ticket':1} | ticket | must be a JSON String",
        "{'ticket':{'a':1}} | ticket | must be a JSON String",
        "{'ticket':'T','lines':1.5} | lines | must be a JSON Integer",
        "{'ticket':'T','lines':'1'} | lines | must be a JSON Integer",
        "{'ticket':'T','ratio':'1'} | ratio | must be a JSON Number",
        "{'ticket':'T','polite':'yes'} | polite | must be a JSON Boolean",
        "{'ticket':'T','lines':123456} | lines | has 6 characters",
        "{'ticket':'T','other':'x'} | other | It takes: product, ticket, lines, ratio, polite",
        "{'ticket':'T','ticket':'U'} | - | each stated once",
        "[] | - | one JSON object",
        "{'ticket':'T'}{} | - | one JSON object",
        "{ | - | one JSON object",
      })
  void aWrongVariableIsRefusedByName(String header, String variable, String why) {
    Composition composition = compose(Map.of(), header);
    assertThat(composition).isInstanceOf(Composition.Refused.class);
    Refusal refusal = ((Composition.Refused) composition).refusal();
    assertThat(refusal.reason()).isEqualTo(Reason.PROMPT_VARIABLE_INVALID);
    assertThat(refusal.object()).isEqualTo(Policies.PROMPT);
    assertThat(refusal.rule()).isEqualTo("-".equals(variable) ? null : variable);
    assertThat(refusal.message()).startsWith("PromptVersion support/summary-v1: ").contains(why);
  }

  @Test
  void theLongestValueIsCountedInCharactersNotInCodeUnits() {
    String forty = "\ud83d\ude00".repeat(40);
    assertThat(rendered(Map.of(), "{'ticket':'" + forty + "'}")).last().isEqualTo(forty + "Acme");
    assertThat(compose(Map.of(), "{'ticket':'" + forty + "x'}"))
        .isInstanceOf(Composition.Refused.class);
  }
}
