package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTemperatureIT {
  @ParameterizedTest
  @CsvSource({"2023-06-01,true", "2026-10-21,false", "2027-01-01,false"})
  void anAnthropicVersionThatTakesNoTemperatureGetsNoneAndTheCallerIsTold(
      String version, boolean takes) throws Exception {
    try (CallRig rig = new CallRig();
        FarEnd far = FarEnd.start(rig.vertx).thenJson(200, "{}")) {
      Prompt prompt =
          new Prompt(
              new ObjectRef("PromptVersion", "support", "p-v1"),
              "p",
              "1",
              "sha256:0",
              List.of(new Prompt.Message(Prompt.Role.system, "Be kind.")),
              List.of(),
              "0.2",
              null);
      rig.policy.set(
          new Snapshots().target("one", Provider.Type.Anthropic, far.url()).prompt(prompt).load());
      CallRig.Answer answer =
          rig.post(
              "/v1/messages",
              MultiMap.caseInsensitiveMultiMap().add("anthropic-version", version),
              Buffer.buffer("{\"model\":\"m\",\"max_tokens\":9,\"messages\":[]}"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(far.only().body().toString().contains("\"temperature\":0.2")).isEqualTo(takes);
      assertThat(answer.headers().contains("x-tidegate-warning")).isEqualTo(!takes);
      rig.event();
    }
  }
}
