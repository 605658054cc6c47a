package io.tidegate.operator.serve;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.operator.TestCluster;
import io.tidegate.operator.serve.FaultyApiServer.Fault;
import io.tidegate.operator.serve.IdentityVerdict.Proven;
import io.tidegate.operator.serve.IdentityVerdict.Refused;
import io.tidegate.operator.trust.OwnAuthorities;
import io.tidegate.operator.trust.SidecarImages;
import io.tidegate.operator.watch.InjectedPod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SidecarIdentityTest {
  private static final String TOKEN = TestCluster.token("team", "app");

  private static final Duration PATIENT = Duration.ofSeconds(20);

  /** Long enough for a question to be sent on a busy machine, since those are counted. */
  private static final Duration SILENCE = Duration.ofSeconds(6);

  private final FaultyApiServer api = new FaultyApiServer();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    blocking.shutdownNow();
    api.close();
  }

  private SidecarIdentity identity(int concurrency, Duration perTry, Duration longestWait) {
    SidecarIdentity.Bounds bounds =
        new SidecarIdentity.Bounds(concurrency, perTry, Duration.ofMillis(20), longestWait);
    return new SidecarIdentity(
        api.client(),
        blocking,
        bounds,
        _ -> Optional.of(InjectedPod.of(FaultyApiServer.POD)),
        () -> SidecarImages.of(TestCluster.IMAGE, List.of()),
        TestCluster.URL,
        () -> new OwnAuthorities(""),
        (on, reason, message) -> {});
  }

  private SidecarIdentity identity() {
    return identity(10, api.otherwise == Fault.Silence ? SILENCE : PATIENT, PATIENT);
  }

  private static <T> T outcome(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private Refused refused(String token) throws Exception {
    return (Refused) outcome(identity().prove(token));
  }

  @Test
  void oneQuestionIsEnoughWhereTheApiServerAnswers() throws Exception {
    assertThat(outcome(identity().prove(TOKEN))).isInstanceOf(Proven.class);
    assertThat(api.requests).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"Reset", "TooManyRequests", "Unavailable"})
  void whatMayBeOverSoonIsAskedOnceMore(Fault fault) throws Exception {
    api.next.add(fault);
    assertThat(outcome(identity().prove(TOKEN))).isInstanceOf(Proven.class);
    assertThat(api.requests).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"Silence", "Reset", "TooManyRequests", "Unavailable"})
  void anApiServerThatDoesNotSayIsNoRefusalOfTheToken(Fault fault) throws Exception {
    api.otherwise = fault;
    Refused refused = refused(TOKEN);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.reason()).isEqualTo("ApiServerUnavailable");
    until("both questions to arrive", () -> api.requests.get() >= 2);
    assertThat(api.requests).hasValue(2);
  }

  @Test
  void anOperatorThatMayNotAskSaysSoAndAsksNoSecondTime() throws Exception {
    api.otherwise = Fault.Forbidden;
    Refused refused = refused(TOKEN);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.reason()).isEqualTo("ReviewNotPermitted");
    assertThat(refused.message()).contains("tokenreviews");
    assertThat(api.requests).hasValue(1);
  }

  @Test
  void aRefusedTokenIs401AtOnce() throws Exception {
    Refused refused = refused("another");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(api.requests).hasValue(1);
  }

  @Test
  void whoWaitsTooLongForHisTurnIsSentAway() throws Exception {
    api.otherwise = Fault.Silence;
    SidecarIdentity one = identity(1, PATIENT, Duration.ofMillis(1));
    List<CompletableFuture<IdentityVerdict>> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asked.add(one.prove(TOKEN).toCompletableFuture());
    }
    until("one alone to have a turn", () -> asked.stream().filter(Future::isDone).count() >= 2);
    assertThat(asked)
        .filteredOn(CompletableFuture::isDone)
        .allSatisfy(
            stage -> assertThat(((Refused) stage.join()).reason()).isEqualTo("TooManyReviews"));
  }

  @Test
  void anApiServerThatFailsOrIsSilentDoesNotAnswer() throws Exception {
    InjectedPod pod = InjectedPod.of(FaultyApiServer.POD);
    assertThat(outcome(identity().answers(pod))).isTrue();
    api.otherwise = Fault.Unavailable;
    assertThat(outcome(identity().answers(pod))).isFalse();
    api.otherwise = Fault.Silence;
    assertThat(outcome(identity().answers(pod))).isFalse();
  }
}
