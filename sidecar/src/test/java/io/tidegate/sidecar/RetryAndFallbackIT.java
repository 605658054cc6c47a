package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route.FailureKind;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAndFallbackIT {
  private static final String ASKED =
      "{\"model\":\"m\",\"messages\":[],\"max_tokens\":9,\"unknown\":1.0}";
  private static final String ANSWERED =
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";
  private static final String NOWHERE = "http://127.0.0.1:1/v1";
  private CallRig rig;
  private FarEnd one;
  private FarEnd two;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    one = FarEnd.start(rig.vertx);
    two = FarEnd.start(rig.vertx);
    two.thenJson(200, ANSWERED);
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
    rig.close();
  }

  private Snapshots both() {
    return new Snapshots()
        .target("one", Provider.Type.OpenAI, one.url() + "/v1")
        .target("two", Provider.Type.OpenAICompatible, two.url() + "/v1");
  }

  private Snapshots alone() {
    return new Snapshots().target("one", Provider.Type.OpenAI, one.url() + "/v1");
  }

  /** Its requests are sent well before their time is over, on a busy machine too. */
  private Snapshots impatientOfOne() {
    return new Snapshots()
        .timeouts(60_000, 2_000, 60_000, 120_000)
        .target("one", Provider.Type.OpenAI, one.url() + "/v1")
        .timeouts(60_000, 60_000, 60_000, 120_000);
  }

  private CallRig.Answer ask(Snapshots snapshots) throws Exception {
    rig.policy.set(snapshots.load());
    return rig.post("/v1/chat/completions", ASKED);
  }

  @ParameterizedTest
  @CsvSource({"429,RateLimited", "529,RateLimited", "500,ServerError", "503,ServerError"})
  void aFailureThatTheRuleNamesLeadsToTheNextTarget(int status, FailureKind kind) throws Exception {
    one.thenJson(status, "{}");
    CallRig.Answer answer = ask(both().fallbackOn(kind));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(ANSWERED);
    CallEvent event = rig.event();
    assertThat(event.attempts()).isEqualTo(2);
    assertThat(event.fallbackUsed()).isTrue();
    assertThat(event.served().provider()).isEqualTo(Snapshots.provider("two"));
    assertThat(event.cost().toDecimal()).isEqualTo("0.000003");
  }

  @ParameterizedTest
  @CsvSource({"429,ServerError", "500,RateLimited", "400,ServerError", "404,ServerError"})
  void aFailureThatTheRuleDoesNotNameIsPassedOn(int status, FailureKind kind) throws Exception {
    one.thenJson(status, "{\"error\":\"theirs\"}");
    CallRig.Answer answer = ask(both().fallbackOn(kind));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo("{\"error\":\"theirs\"}");
    assertThat(two.seen).isEmpty();
    assertThat(rig.event().fallbackUsed()).isFalse();
  }

  @Test
  void aProviderThatCannotBeReachedLeadsToTheNextTarget() throws Exception {
    Snapshots snapshots =
        new Snapshots()
            .target("one", Provider.Type.OpenAI, NOWHERE)
            .target("two", Provider.Type.OpenAI, two.url())
            .fallbackOn(FailureKind.Unreachable);
    assertThat(ask(snapshots).status()).isEqualTo(200);
    assertThat(rig.event().attempts()).isEqualTo(2);
  }

  @Test
  void aProviderThatIsTooSlowLeadsToTheNextTargetAndIsPaidForAtItsBound() throws Exception {
    one.then((seen, response) -> {});
    Snapshots snapshots =
        impatientOfOne()
            .target("two", Provider.Type.OpenAICompatible, two.url() + "/v1")
            .fallbackOn(FailureKind.Timeout);
    assertThat(ask(snapshots).status()).isEqualTo(200);
    CallEvent event = rig.event();
    assertThat(event.budget().charged().picoUsd()).isGreaterThan(3_000_000);
    CallRig.until(() -> one.hungUp.get() == 1);
  }

  @Test
  void anAnswerThatBreaksBeforeItsFirstByteLeadsToTheNextTarget() throws Exception {
    one.then(
        (seen, response) ->
            response.setChunked(true).writeHead().onComplete(x -> response.reset()));
    CallRig.Answer answer = ask(both().fallbackOn(FailureKind.Unreachable));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(ANSWERED);
    rig.event();
  }

  @Test
  void eachAttemptHasItsOwnCredentialModelAndBody() throws Exception {
    one.thenJson(500, "{}");
    ask(both().retry(1, 1, 10).fallbackOn(FailureKind.ServerError));
    assertThat(one.seen).hasSize(2);
    for (FarEnd.Seen seen : one.seen) {
      assertThat(seen.headers().getAll("authorization"))
          .containsExactly("Bearer " + Snapshots.KEY + "-one");
    }
    assertThat(two.only().headers().getAll("authorization"))
        .containsExactly("Bearer " + Snapshots.KEY + "-two");
    assertThat(two.only().headers().toString()).doesNotContain("-one");
    String sent = ASKED.replace("\"m\"", "\"vendor-small-1\"");
    assertThat(one.seen).allMatch(seen -> seen.body().equals(Buffer.buffer(sent)));
    assertThat(two.only().body()).isEqualTo(Buffer.buffer(sent));
    rig.event();
  }

  @Test
  void targetsInOrderFollowEachOtherWhereTheRuleSaysNothingMore() throws Exception {
    one.thenJson(429, "{}");
    assertThat(ask(both()).status()).isEqualTo(200);
    assertThat(rig.event().attempts()).isEqualTo(2);
  }

  @Test
  void retriesComeBeforeTheNextTargetAndEachReserves() throws Exception {
    one.thenJson(503, "{}").thenJson(503, "{}").thenJson(200, ANSWERED);
    assertThat(ask(alone().retry(2, 1, 5)).status()).isEqualTo(200);
    assertThat(one.seen).hasSize(3);
    CallEvent event = rig.event();
    assertThat(event.attempts()).isEqualTo(3);
    assertThat(event.fallbackUsed()).isFalse();
    assertThat(rig.ledger.settlements).hasSize(3);
  }

  @Test
  void theLastProvidersAnswerIsPassedOnWhenAllFail() throws Exception {
    one.thenJson(503, "{\"n\":1}").thenJson(502, "{\"n\":2}");
    CallRig.Answer answer = ask(alone().retry(1, 1, 5));
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("{\"n\":2}");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.COMPLETED);
  }

  @Test
  void theProvidersRetryAfterIsHonoured() throws Exception {
    one.then(
            (seen, response) ->
                response.setStatusCode(429).putHeader("retry-after-ms", "2000").end("{}"))
        .thenJson(200, ANSWERED);
    long began = System.nanoTime();
    assertThat(ask(alone().retry(1, 1, 5000)).status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(rig.event().timings().overhead()).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aRetryAfterBeyondTheBoundEndsTheRetries() throws Exception {
    one.then(
        (seen, response) -> response.setStatusCode(429).putHeader("retry-after", "30").end("{}"));
    CallRig.Answer answer = ask(alone().retry(5, 1, 1000));
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.headers().get("retry-after")).isEqualTo("30");
    assertThat(one.seen).hasSize(1);
    rig.event();
  }

  @Test
  void aProviderThatSaysNotToRetryIsNotRetried() throws Exception {
    one.then(
        (seen, response) ->
            response.setStatusCode(429).putHeader("x-should-retry", "false").end("{}"));
    assertThat(ask(alone().retry(5, 1, 1000)).status()).isEqualTo(429);
    assertThat(one.seen).hasSize(1);
    rig.event();
  }

  @Test
  void noProviderReachedIsA502ThatNamesItAndItsEndpoint() throws Exception {
    CallRig.Answer answer =
        ask(new Snapshots().target("one", Provider.Type.OpenAI, NOWHERE).retry(1, 1, 5));
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text())
        .contains("ModelProvider ai/one (127.0.0.1:1) cannot be reached after 2 attempts")
        .contains("spec.endpoint")
        .doesNotContain(Snapshots.KEY);
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(event.decision().allowed()).isTrue();
    assertThat(event.decision().reason()).isEqualTo(Reason.UPSTREAM_UNREACHABLE);
    assertThat(event.budget().charged().picoUsd()).isZero();
  }

  @Test
  void aMissingCredentialIsA503ThatNamesProviderAndSecret() throws Exception {
    for (String useless : List.of("", "two\nlines")) {
      rig.keys.put("ai/one", useless);
      CallRig.Answer answer = ask(both());
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text())
          .contains("ModelProvider ai/one")
          .contains("spec.credentials.apiKey.secretRef")
          .doesNotContain("lines");
      assertThat(rig.event().decision().reason()).isEqualTo(Reason.NO_CREDENTIAL);
    }
    assertThat(one.seen).isEmpty();
  }

  @Test
  void aMissingKeyIsToldByWhatIsKnownOfItAndByNothingElse() throws Exception {
    String empty = "is empty";
    String lines = "is no single line of visible ASCII text";
    String none = "the operator does not have for this pod";
    String late = "has not come yet";
    record Case(String key, boolean delivered, String said) {}
    for (Case each :
        List.of(
            new Case(" ", true, empty),
            new Case("two\nlines", true, lines),
            new Case(null, true, none),
            new Case(null, false, late))) {
      rig.keys.clear();
      if (each.key != null) {
        rig.keys.put("ai/one", each.key);
      }
      rig.delivered.set(each.delivered);
      assertThat(ask(both()).text())
          .as("%s", each)
          .contains("ModelProvider ai/one needs the key 'ai/one', which " + each.said)
          .doesNotContain(
              Stream.of(empty, lines, none, late)
                  .filter(other -> !other.equals(each.said))
                  .toArray(String[]::new));
      rig.event();
    }
  }

  @Test
  void keysThatTheOperatorTookBackAreA403ThatSaysWhy() throws Exception {
    rig.keys.clear();
    rig.withdrawn.set("Pod ai/desk has an ephemeral container");
    CallRig.Answer answer = ask(both());
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text())
        .contains("tidegate_credentials_withdrawn", "ModelProvider ai/one")
        .contains("taken back from this pod", "Pod ai/desk has an ephemeral container");
    assertThat(rig.event().decision().reason()).isEqualTo(Reason.CREDENTIALS_WITHDRAWN);
    assertThat(one.seen).isEmpty();
  }

  @Test
  void aKeyWithALineBreakBehindItWorks() throws Exception {
    rig.keys.put("ai/one", "sk-x\n");
    one.thenJson(200, ANSWERED);
    assertThat(ask(both()).status()).isEqualTo(200);
    assertThat(one.only().headers().get("authorization")).isEqualTo("Bearer sk-x");
    rig.event();
  }

  @Test
  void aBudgetThatIsUsedUpRefusesTheRetryToo() throws Exception {
    one.then(
        (seen, response) -> {
          // Never answered: the first attempt is charged at its bound, which is all there is.
        });
    CallRig.Answer answer = ask(impatientOfOne().budgetUsd("0.0018").retry(3, 1, 5));
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.headers().get("x-should-retry")).isEqualTo("false");
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(event.decision().allowed()).isFalse();
    assertThat(event.decision().reason()).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(one.seen).hasSize(1);
  }

  @Test
  void anInputBeyondTheRulesLimitIsRefusedWithBothFigures() throws Exception {
    CallRig.Answer answer = ask(alone().limits(10, null));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text())
        .contains("ModelRoute support/assist, rule 'everyday': limits.maxInputTokens is 10");
    assertThat(rig.event().decision().reason()).isEqualTo(Reason.INPUT_TOO_LONG);
    assertThat(one.seen).isEmpty();
  }
}
