package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.record.CallEvent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the event of a call tells that was refused before its first attempt. */
class RefusedEventIT {
  private static final String NOWHERE = "http://127.0.0.1:1/v1";
  private static final ObjectRef ROUTE = new ObjectRef("ModelRoute", "support", "assist");
  private static final ObjectRef BUDGET = new ObjectRef("TenantBudget", "support", "all");
  private CallRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static Prompt prompt(Prompt.Variable... variables) {
    return new Prompt(
        new ObjectRef("PromptVersion", "support", "kind-v1"),
        "kind",
        "v1",
        "sha256:0",
        List.of(new Prompt.Message(Prompt.Role.system, "Be kind.")),
        List.of(variables),
        null,
        null);
  }

  private CallEvent refused(Snapshots snapshots) throws Exception {
    rig.policy.set(snapshots.target("one", Provider.Type.OpenAI, NOWHERE).load());
    rig.post("/v1/chat/completions", "{\"model\":\"m\",\"messages\":[],\"max_tokens\":9}");
    CallEvent event = rig.event();
    assertThat(event.decision().allowed()).isFalse();
    assertThat(event.attempts()).isZero();
    assertThat(event.cost().picoUsd()).isZero();
    assertThat(event.timings().inference()).isNull();
    assertThat(event.served().route()).isEqualTo(ROUTE);
    assertThat(event.served().rule()).isEqualTo("everyday");
    return event;
  }

  @Test
  void aRefusalByABudgetNamesTheBudgetAndWhatItRefused() throws Exception {
    CallEvent event = refused(new Snapshots().prompt(prompt()).budgetUsd("0.000000000001"));

    assertThat(event.decision().object()).isEqualTo(BUDGET);
    assertThat(event.served().provider()).isEqualTo(Snapshots.provider("one"));
    assertThat(event.served().model()).isEqualTo("small");
    assertThat(event.served().prompt().version()).isEqualTo("v1");
    assertThat(event.budget().budgets()).containsExactly(BUDGET);
    assertThat(event.budget().reserved().picoUsd()).isZero();
    assertThat(event.budget().charged().picoUsd()).isZero();
  }

  @Test
  void aRefusalByTheInputLimitNamesThePlanAndNoProvider() throws Exception {
    CallEvent event = refused(new Snapshots().prompt(prompt()).limits(1, null));

    assertThat(event.decision().reason()).isEqualTo(Reason.INPUT_TOO_LONG);
    assertThat(event.served().prompt().digest()).isEqualTo("sha256:0");
    assertThat(event.served().provider()).isNull();
    assertThat(event.served().model()).isNull();
    assertThat(event.budget().budgets()).isEmpty();
  }

  @Test
  void aRefusalByThePromptNamesIt() throws Exception {
    Prompt.Variable required =
        new Prompt.Variable("city", Prompt.VariableType.String, true, null, 100);
    CallEvent event = refused(new Snapshots().prompt(prompt(required)));

    assertThat(event.served().prompt().object()).isEqualTo(event.decision().object());
    assertThat(event.served().provider()).isNull();
  }

  @Test
  void aMissingCredentialNamesTheProviderThatLacksIt() throws Exception {
    rig.keys.clear();
    CallEvent event = refused(new Snapshots());

    assertThat(event.served().provider()).isEqualTo(Snapshots.provider("one"));
  }
}
