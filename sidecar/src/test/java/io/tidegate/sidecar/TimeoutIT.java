package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.record.CallEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimeoutIT {
  private static final String ASKED =
      "{\"model\":\"m\",\"stream\":true,\"max_tokens\":100,\"messages\":[]}";
  private static final String DELTA = "data: {\"choices\":[{\"delta\":{}}],\"usage\":null}\n\n";
  private CallRig rig;
  private FarEnd far;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    far = FarEnd.start(rig.vertx);
  }

  @AfterEach
  void stop() throws Exception {
    far.close();
    rig.close();
  }

  private void use(Snapshots snapshots) throws Exception {
    rig.policy.set(snapshots.load());
  }

  private CallRig.Answer ask() throws Exception {
    return rig.post("/v1/chat/completions", ASKED);
  }

  @Test
  void silenceInMidStreamEndsItWithinTheIdleTime() throws Exception {
    use(
        new Snapshots()
            .timeouts(60_000, 60_000, 200, 120_000)
            .target("one", Provider.Type.OpenAI, far.url()));
    far.then(
        (seen, response) ->
            response.putHeader("content-type", "text/event-stream").setChunked(true).write(DELTA));
    CallRig.Answer answer = ask();
    assertThat(answer.text()).startsWith(DELTA).contains("spec.timeouts.idleSeconds");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void aStreamThatNeverEndsEndsWithinTheTotalTime() throws Exception {
    use(
        new Snapshots()
            .timeouts(60_000, 60_000, 60_000, 600)
            .target("one", Provider.Type.OpenAI, far.url()));
    far.then(
        (seen, response) -> {
          response.putHeader("content-type", "text/event-stream").setChunked(true);
          rig.vertx.setPeriodic(50, tick -> response.write(DELTA));
        });
    assertThat(ask().text()).contains("spec.timeouts.totalSeconds");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void aHeadWithoutAFirstByteEndsWithinTheFirstTokenTime() throws Exception {
    use(
        new Snapshots()
            .timeouts(60_000, 150, 60_000, 120_000)
            .target("one", Provider.Type.OpenAI, far.url()));
    far.then(
        (seen, response) ->
            response.putHeader("content-type", "text/event-stream").setChunked(true).writeHead());
    assertThat(ask().text()).contains("spec.timeouts.firstTokenSeconds");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void aProviderThatSaysNothingIsA504() throws Exception {
    // Long enough for the request to be sent on a busy machine: else nothing would be charged.
    use(
        new Snapshots()
            .timeouts(60_000, 2_000, 60_000, 120_000)
            .target("one", Provider.Type.OpenAI, far.url()));
    far.then((seen, response) -> {});
    CallRig.Answer answer = ask();
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).contains("spec.timeouts.firstTokenSeconds");
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(event.usageSource()).isEqualTo(UsageSource.estimated);
    assertThat(event.budget().charged()).isEqualTo(event.budget().reserved());
  }
}
