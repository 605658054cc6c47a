package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamRelayIT {
  private static final String ASKED =
      "{\"model\":\"m\",\"stream\":true,\"max_tokens\":100,\"messages\":[],"
          + "\"stream_options\":{\"include_usage\":true}}";
  private static final String DELTA =
      "data:"
          + " {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\u00e9\"}}],\"usage\":null}\r\n\r\n";
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private CallRig rig;
  private FarEnd far;
  private FarEnd other;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    far = FarEnd.start(rig.vertx);
    other = FarEnd.start(rig.vertx);
    use(snapshots(Provider.Type.OpenAI));
  }

  @AfterEach
  void stop() throws Exception {
    far.close();
    other.close();
    rig.close();
  }

  private Snapshots snapshots(Provider.Type type) {
    return new Snapshots().target("one", type, far.url() + "/v1");
  }

  private void use(Snapshots snapshots) throws Exception {
    rig.policy.set(snapshots.load());
  }

  private static HttpServerResponse begin(HttpServerResponse response) {
    return response.putHeader("content-type", "text/event-stream").setChunked(true);
  }

  private CallRig.Answer ask() throws Exception {
    return rig.post("/v1/chat/completions", ASKED);
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_0", "HTTP_1_1", "HTTP_2"})
  void aStreamThatComesByteByByteArrivesAsItWas(HttpVersion version) throws Exception {
    Buffer whole = Buffer.buffer(": hello\n\n" + DELTA + DELTA + USAGE + DONE + "\n");
    far.then(
        (seen, response) -> {
          begin(response);
          for (int i = 0; i < whole.length(); i++) {
            response.write(whole.slice(i, i + 1));
          }
          response.end();
        });
    CallRig.Answer answer =
        rig.call(
            version,
            HttpMethod.POST,
            "/v1/chat/completions",
            MultiMap.caseInsensitiveMultiMap(),
            Buffer.buffer(ASKED));
    assertThat(answer.body()).isEqualTo(whole);
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(event.usageSource()).isEqualTo(UsageSource.measured);
    assertThat(event.usage().outputTokens()).isEqualTo(2);
    assertThat(event.timings().firstToken()).isNotNull();
  }

  @Test
  void theHeadDoesNotWaitForTheFirstEvent() throws Exception {
    AtomicReference<HttpServerResponse> held = new AtomicReference<>();
    far.then(
        (seen, response) -> {
          held.set(response);
          begin(response).writeHead();
        });
    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    HttpClientResponse head = CallRig.await(send(client, CallRig::paused));
    assertThat(head.statusCode()).isEqualTo(200);
    held.get().end(DELTA + DONE);
    head.resume();
    CallRig.await(head.end());
    CallRig.await(client.close());
    rig.event();
  }

  @Test
  void aStreamThatBreaksOffEndsWithAnErrorEventAndIsNotTriedAgain() throws Exception {
    use(
        snapshots(Provider.Type.OpenAI)
            .target("two", Provider.Type.OpenAI, other.url())
            .retry(3, 1, 10)
            .fallbackOn(Route.FailureKind.values()));
    far.then(
        (seen, response) ->
            begin(response).write(DELTA + "data: {\"ha").onComplete(done -> response.reset()));
    other.thenStream(java.util.List.of(DONE));
    CallRig.Answer answer = ask();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .startsWith(DELTA + "data: {\"error\":{\"message\":\"The answer of ModelProvider ai/one")
        .contains("\"code\":\"tidegate_upstream_broke\"")
        .endsWith("\n\n")
        .doesNotContain("{\"ha");
    assertThat(far.seen).hasSize(1);
    assertThat(other.seen).isEmpty();
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(event.decision().reason()).isEqualTo(Reason.UPSTREAM_BROKE);
    assertThat(event.usageSource()).isEqualTo(UsageSource.estimated);
    assertThat(event.budget().charged()).isEqualTo(event.budget().reserved());
  }

  @Test
  void anAnthropicStreamThatBreaksOffGetsAnErrorEventOfItsDialect() throws Exception {
    use(snapshots(Provider.Type.Anthropic));
    String start =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
            + "{\"input_tokens\":9,\"output_tokens\":1}}}\n\n";
    far.then((seen, response) -> begin(response).write(start).onComplete(done -> response.reset()));
    CallRig.Answer answer = rig.post("/v1/messages", ASKED);
    assertThat(answer.text()).startsWith(start + "event: error\ndata: {\"type\":\"error\"");
    CallEvent event = rig.event();
    assertThat(event.usage().inputTokens()).isEqualTo(9);
    assertThat(event.usageSource()).isEqualTo(UsageSource.estimated);
  }

  @Test
  void anAnswerCutShortIsNeverMistakenForAWholeOne() throws Exception {
    far.then(
        (seen, response) ->
            response
                .putHeader("content-length", "1000")
                .write("{\"half\":")
                .onComplete(done -> response.reset()));
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(Exception.class);
    assertThat(rig.event().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
  }

  @Test
  void aGzippedStreamThatBreaksOffBreaksTheConnection() throws Exception {
    far.then(
        (seen, response) ->
            begin(response)
                .putHeader("content-encoding", "gzip")
                .write(Buffer.buffer(new byte[] {31, -117, 8, 0, 0}))
                .onComplete(done -> response.reset()));
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(Exception.class);
    assertThat(rig.event().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void aClientThatHangsUpInMidStreamEndsTheProvidersStream(HttpVersion version) throws Exception {
    far.then((seen, response) -> begin(response).write(DELTA));
    HttpClient client = rig.client(version);
    CountDownLatch first = new CountDownLatch(1);
    HttpClientResponse head =
        CallRig.await(
            send(
                client,
                r -> io.vertx.core.Future.succeededFuture(r.handler(b -> first.countDown()))));
    assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
    head.request().reset();
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(event.usageSource()).isEqualTo(UsageSource.estimated);
    assertThat(event.budget().charged()).isEqualTo(event.budget().reserved());
    assertThat(event.status()).isEqualTo(200);
    CallRig.until(() -> far.hungUp.get() == 1);
    CallRig.await(client.close());
  }

  @Test
  void aClientThatHangsUpBeforeTheHeadEndsTheCallToo() throws Exception {
    far.then((seen, response) -> {});
    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    send(client, CallRig::whole);
    CallRig.until(() -> far.seen.size() == 1);
    CallRig.await(client.close());
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(event.status()).isZero();
    assertThat(event.usageSource()).isEqualTo(UsageSource.estimated);
    CallRig.until(() -> far.hungUp.get() == 1);
  }

  @Test
  void aSlowReaderSlowsTheProviderDown() throws Exception {
    Buffer event = Buffer.buffer("data: " + "x".repeat(60_000) + "\n\n");
    int events = 1000;
    AtomicLong written = new AtomicLong();
    far.then((seen, response) -> pump(begin(response), event, events, written));
    HttpClient client = rig.client(HttpVersion.HTTP_1_1);
    HttpClientResponse head = CallRig.await(send(client, CallRig::paused));
    long settled = whenStill(written);
    // Four socket buffers and our queue hold it; without backpressure it would be all 60 MB.
    assertThat(settled).isLessThan(events / 2);
    AtomicLong read = new AtomicLong();
    head.handler(bytes -> read.addAndGet(bytes.length()));
    var end = head.end();
    head.resume();
    CallRig.await(end);
    assertThat(read.get()).isEqualTo((long) event.length() * events);
    CallRig.await(client.close());
    assertThat(rig.event().outcome()).isEqualTo(Outcome.COMPLETED);
  }

  private static void pump(HttpServerResponse to, Buffer event, int events, AtomicLong written) {
    while (written.get() < events && !to.writeQueueFull()) {
      to.write(event);
      written.incrementAndGet();
    }
    if (written.get() == events) {
      to.end();
    } else {
      to.drainHandler(drained -> pump(to, event, events, written));
    }
  }

  private static long whenStill(AtomicLong counter) {
    CallRig.until(() -> counter.get() > 0);
    long[] last = {-1, System.nanoTime()};
    CallRig.until(
        () -> {
          if (counter.get() != last[0]) {
            last[0] = counter.get();
            last[1] = System.nanoTime();
          }
          return System.nanoTime() - last[1] > 500_000_000L;
        });
    return last[0];
  }

  private static <T> io.vertx.core.Future<T> send(
      HttpClient client, Function<HttpClientResponse, io.vertx.core.Future<T>> read) {
    return CallRig.send(
        client,
        HttpMethod.POST,
        "/v1/chat/completions",
        MultiMap.caseInsensitiveMultiMap(),
        Buffer.buffer(ASKED),
        read);
  }
}
