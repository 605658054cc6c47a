package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.policy.Policy;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwapAndDrainIT {
  private static final String ASKED =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[],\"max_tokens\":5}";
  private static final String DELTA = "data: {\"choices\":[{\"delta\":{}}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private CallRig rig;
  private FarEnd one;
  private FarEnd two;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    one = FarEnd.start(rig.vertx);
    two = FarEnd.start(rig.vertx);
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
    rig.close();
  }

  private Policy policy(int generation, FarEnd far) throws Exception {
    return new Snapshots()
        .generation(generation)
        .target("one", Provider.Type.OpenAI, far.url())
        .retry(2, 20, 40)
        .load();
  }

  private static <T> Future<T> ask(
      HttpClient client, Function<HttpClientResponse, Future<T>> read) {
    return CallRig.send(
        client,
        HttpMethod.POST,
        "/v1/chat/completions",
        MultiMap.caseInsensitiveMultiMap(),
        Buffer.buffer(ASKED),
        read);
  }

  /** Its end; what comes is added to {@code got}, and the first of it completes {@code begun}. */
  private static Future<Void> follow(HttpClientResponse response, Buffer got, Promise<Void> begun) {
    response.handler(
        bytes -> {
          got.appendBuffer(bytes);
          begun.tryComplete();
        });
    return response.end();
  }

  @Test
  void aSwapInMidCallIsNotSeenByItsLaterAttempts() throws Exception {
    Policy old = policy(1, one);
    rig.policy.set(old);
    Policy next = policy(2, two);
    one.then(
            (seen, response) -> {
              rig.policy.set(next);
              response.setStatusCode(500).end();
            })
        .thenStream(List.of(DELTA, DONE));
    two.thenStream(List.of(DONE));
    CallRig.Answer answer = rig.post("/v1/chat/completions", ASKED);
    assertThat(answer.headers().get("x-tidegate-config-version")).isEqualTo(old.version());
    assertThat(rig.event().configVersion()).isEqualTo(old.version());
    assertThat(one.seen).hasSize(2);
    assertThat(two.seen).isEmpty();
  }

  @Test
  void aSwapWhileTheBodyIsStillComingIsNotSeen() throws Exception {
    Policy old = policy(1, one);
    one.thenStream(List.of(DELTA, DONE));
    two.thenStream(List.of(DONE));
    CallRig.Answer answer = swappedWhileTheBodyComes(old, policy(2, two));
    assertThat(answer.text()).isEqualTo(DELTA + DONE);
    assertThat(rig.event().configVersion()).isEqualTo(old.version());
    assertThat(one.seen).hasSize(1);
    assertThat(two.seen).isEmpty();
  }

  @Test
  void aBudgetSwappedInWhileTheBodyIsStillComingIsNotSeen() throws Exception {
    one.thenStream(List.of(DELTA, DONE));
    Policy next =
        new Snapshots()
            .generation(2)
            .budgetUsd("0.000000000001")
            .target("one", Provider.Type.OpenAI, one.url())
            .load();
    CallRig.Answer answer = swappedWhileTheBodyComes(policy(1, one), next);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(rig.event().decision().allowed()).isTrue();
    assertThat(rig.post("/v1/chat/completions", ASKED).status()).as("the next call").isEqualTo(429);
  }

  private CallRig.Answer swappedWhileTheBodyComes(Policy old, Policy next) throws Exception {
    rig.policy.set(old);
    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    HttpClientRequest request =
        CallRig.await(client.request(HttpMethod.POST, "/v1/chat/completions"));
    request.setChunked(true).write(ASKED.substring(0, 5));
    CallRig.until(() -> rig.line.openCalls() == 1);
    rig.policy.set(next);
    // Composed before the last byte is sent, so before an answer can come.
    Future<CallRig.Answer> answer = request.response().compose(CallRig::whole);
    CallRig.await(request.end(ASKED.substring(5)));
    CallRig.Answer whole = CallRig.await(answer);
    CallRig.await(client.close());
    return whole;
  }

  @Test
  void drainWaitsForOpenStreamsAndRefusesNewCalls() throws Exception {
    rig.policy.set(policy(1, one));
    Queue<HttpServerResponse> held = new ConcurrentLinkedQueue<>();
    one.then(
        (seen, response) -> {
          response.putHeader("content-type", "text/event-stream").setChunked(true).write(DELTA);
          held.add(response);
        });
    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    Future<CallRig.Answer> open = ask(client, CallRig::whole);
    CallRig.until(() -> held.size() == 1);
    Future<Void> drained = rig.listener.drain(CallRig.PATIENCE);
    CallRig.until(
        () -> {
          try {
            return rig.post("/v1/chat/completions", "{}").text().contains("tidegate_draining");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    assertThat(drained.isComplete()).isFalse();
    held.remove().end(DONE);
    assertThat(CallRig.await(open).text()).isEqualTo(DELTA + DONE);
    CallRig.await(drained);
    CallRig.await(client.close());
  }

  @Test
  void whatIsLeftWhenTheDrainTimeRunsOutIsToldAndSettled() throws Exception {
    rig.policy.set(policy(1, one));
    one.then(
        (seen, response) ->
            response.putHeader("content-type", "text/event-stream").setChunked(true).write(DELTA));
    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    Buffer got = Buffer.buffer();
    Promise<Void> begun = Promise.promise();
    Future<Void> open = ask(client, response -> follow(response, got, begun));
    CallRig.await(begun.future());
    CallRig.await(rig.listener.drain(Duration.ofMillis(300)));
    CallRig.await(open);
    assertThat(got.toString()).startsWith(DELTA).contains("tidegate_draining");
    assertThat(rig.event().decision().reason()).isEqualTo(Reason.DRAINING);
    CallRig.until(() -> one.hungUp.get() == 1);
    CallRig.await(client.close());
  }
}
