package io.tidegate.sidecar.dialect;

import static io.tidegate.sidecar.route.Policies.denying;
import static io.tidegate.sidecar.route.Policies.passing;
import static io.tidegate.sidecar.route.Policies.provider;
import static io.tidegate.sidecar.route.Policies.route;
import static io.tidegate.sidecar.route.Policies.rule;
import static io.tidegate.sidecar.route.Policies.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.policy.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelsAnswerTest {
  private static final Policy POLICY =
      denying(
          route(
              "named",
              List.of("standard", "fast"),
              rule("a", Route.Match.ANY, target("openai", "cheap", 1))),
          route(
              "open",
              List.of(),
              rule(
                  "a",
                  Route.Match.ANY,
                  target("vllm", "llama", 1),
                  target("anthropic", "claude", 1))));

  private static String list(Policy policy, Dialect dialect) {
    return ((ModelsAnswer.Found) ModelsAnswer.list(policy, dialect)).body().toString();
  }

  @Test
  void openAisListHasTheNamesThatRoutesTakeInTheCallersDialect() {
    assertThat(list(POLICY, Dialect.OpenAI))
        .isEqualTo(
            "{\"object\":\"list\",\"data\":["
                + "{\"id\":\"standard\",\"object\":\"model\",\"created\":1767225600,"
                + "\"owned_by\":\"tidegate\"},"
                + "{\"id\":\"fast\",\"object\":\"model\",\"created\":1767225600,"
                + "\"owned_by\":\"tidegate\"},"
                + "{\"id\":\"llama\",\"object\":\"model\",\"created\":1767225600,"
                + "\"owned_by\":\"tidegate\"}]}");
  }

  @Test
  void anthropicsListHasItsOwnShape() {
    assertThat(list(POLICY, Dialect.Anthropic))
        .isEqualTo(
            "{\"data\":[{\"type\":\"model\",\"id\":\"claude\",\"display_name\":\"claude\","
                + "\"created_at\":\"2026-01-01T00:00:00Z\"}],\"has_more\":false,"
                + "\"first_id\":\"claude\",\"last_id\":\"claude\"}");
    assertThat(list(denying(), Dialect.Anthropic))
        .isEqualTo("{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}");
  }

  @Test
  void passThroughAddsTheProvidersModels() {
    assertThat(list(passing(List.of(provider("openai"))), Dialect.OpenAI))
        .contains("\"cheap\"", "\"strong\"");
  }

  @Test
  void oneModelIsAnsweredByName() {
    assertThat(ModelsAnswer.get(POLICY, Dialect.OpenAI, "fast"))
        .isInstanceOfSatisfying(
            ModelsAnswer.Found.class,
            found -> assertThat(found.body().toString()).startsWith("{\"id\":\"fast\""));
    assertThat(ModelsAnswer.get(POLICY, Dialect.OpenAI, "claude"))
        .isInstanceOfSatisfying(
            ModelsAnswer.Missing.class,
            missing -> {
              assertThat(missing.refusal().reason()).isEqualTo(Reason.MODEL_NOT_FOUND);
              assertThat(missing.refusal().message()).contains("'claude'", "standard, fast, llama");
            });
  }
}
