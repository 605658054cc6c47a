package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route.FailureKind;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.net.NetSocket;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers do that they should not. */
class OddProviderIT {
  private static final String STREAM =
      "{\"model\":\"m\",\"stream\":true,\"max_tokens\":9,\"messages\":[]}";
  private static final String UNARY = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[]}";
  private static final String SSE = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
  private static final String DELTA = "data: {\"choices\":[{\"index\":0}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String USAGE =
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";
  private CallRig rig;
  private FarEnd two;
  private RawEnd one;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
    two = FarEnd.start(rig.vertx);
  }

  @AfterEach
  void stop() throws Exception {
    two.close();
    if (one != null) {
      one.close();
    }
    rig.close();
  }

  private Snapshots answering(BiConsumer<Integer, NetSocket> answer) throws Exception {
    one = RawEnd.start(rig.vertx, answer);
    return new Snapshots().target("one", Provider.Type.OpenAICompatible, one.url());
  }

  private Snapshots always(String answer) throws Exception {
    return answering((n, socket) -> socket.write(answer));
  }

  private CallRig.Answer ask(Snapshots snapshots, String body) throws Exception {
    rig.policy.set(snapshots.load());
    return rig.post("/v1/chat/completions", body);
  }

  private static String sized(String status, String more, String body) {
    return "HTTP/1.1 "
        + status
        + "\r\ncontent-type: application/json\r\n"
        + more
        + "content-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":{\"message\":\"x\",\"type\":\"overloaded_error\"}}|RateLimited",
        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"}}|RateLimited",
        "{\"error\":{\"code\":502,\"message\":\"x\"}}|ServerError",
        "{\"error\":{\"type\":\"server_error\",\"code\":null}}|ServerError",
        "{\"error\":\"gone\"}|ServerError"
      })
  void aStreamThatBeginsWithAnErrorLeadsToTheNextTarget(String error, FailureKind kind)
      throws Exception {
    Snapshots snapshots =
        answering(
                (n, socket) -> {
                  socket.write(SSE + "connection: close\r\n\r\n: wait\r\n\r\nda");
                  socket.write("ta: " + error + "\n\n").onComplete(done -> socket.close());
                })
            .target("two", Provider.Type.OpenAI, two.url())
            .fallbackOn(kind);
    two.thenStream(java.util.List.of(DELTA, DONE));
    assertThat(ask(snapshots, STREAM).text()).isEqualTo(DELTA + DONE);
    CallEvent event = rig.event();
    assertThat(event.attempts()).isEqualTo(2);
    assertThat(event.fallbackUsed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"error\":{\"type\":\"invalid_request_error\"}}\n\n",
        "data: {\"error\":{\"type\":\"BadRequestError\",\"code\":400}}\n\n",
        "data: {\"error\":null,\"choices\":[]}\n\ndata: [DONE]\n\n",
        "data: [DONE]\n\n",
        "data: no json\n\n",
        "data: {\"half\":",
        ": nothing\n\n",
        ""
      })
  void whatIsNoFailureOfTheProviderIsPassedOnAsItCame(String body) throws Exception {
    Snapshots snapshots =
        answering(
                (n, socket) ->
                    socket
                        .write(SSE + "connection: close\r\n\r\n" + body)
                        .onComplete(done -> socket.close()))
            .target("two", Provider.Type.OpenAI, two.url())
            .fallbackOn(FailureKind.values())
            .retry(2, 1, 5);
    assertThat(ask(snapshots, STREAM).text()).isEqualTo(body);
    assertThat(one.seen).hasSize(1);
    assertThat(two.seen).isEmpty();
    rig.event();
  }

  @Test
  void anAnthropicStreamThatBeginsWithAnErrorIsTriedAgainAndPaidOnce() throws Exception {
    String error =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n";
    String whole =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
            + "{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    one =
        RawEnd.start(
            rig.vertx,
            (n, socket) ->
                socket
                    .write(SSE + "connection: close\r\n\r\n" + (n == 1 ? error : whole))
                    .onComplete(done -> socket.close()));
    Snapshots snapshots =
        new Snapshots().target("one", Provider.Type.Anthropic, one.url()).retry(1, 1, 5);
    rig.policy.set(snapshots.load());
    assertThat(rig.post("/v1/messages", STREAM).text()).isEqualTo(whole);
    CallEvent event = rig.event();
    assertThat(event.attempts()).isEqualTo(2);
    assertThat(event.cost().toDecimal()).isEqualTo("0.000011");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectIsNeitherFollowedNorPassedOn(int status) throws Exception {
    String to = "location: " + two.url() + "/v1/chat/completions\r\n";
    CallRig.Answer answer = ask(always(sized(status + " Moved", to, "{}")), UNARY);
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).contains("ModelProvider ai/one", "spec.endpoint", "redirect");
    assertThat(answer.headers().get("location")).isNull();
    assertThat(two.seen).isEmpty();
    CallEvent event = rig.event();
    assertThat(event.decision().reason()).isEqualTo(Reason.UPSTREAM_BROKE);
    assertThat(event.budget().charged().picoUsd()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConnectionWhoseAnswerCameWholeServesTheNextCall(boolean chunked) throws Exception {
    String hex = Integer.toHexString(USAGE.length());
    String answer =
        chunked
            ? SSE + "transfer-encoding: chunked\r\n\r\n" + hex + "\r\n" + USAGE + "\r\n0\r\n\r\n"
            : sized("200 OK", "", USAGE);
    Snapshots snapshots = always(answer);
    for (int i = 0; i < 5; i++) {
      assertThat(ask(snapshots, UNARY).text()).isEqualTo(USAGE);
      rig.event();
    }
    assertThat(one.connections.get()).isEqualTo(1);
  }

  @Test
  void aKeptConnectionThatTheProviderHasClosedIsReplacedOnce() throws Exception {
    Snapshots snapshots =
        answering(
            (n, socket) -> {
              if (n == 2) {
                socket.close();
              } else {
                socket.write(sized("200 OK", "", USAGE));
              }
            });
    assertThat(ask(snapshots, UNARY).status()).isEqualTo(200);
    rig.event();
    assertThat(ask(snapshots, UNARY).status()).isEqualTo(200);
    assertThat(rig.event().attempts()).isEqualTo(2);
    assertThat(one.connections.get()).isEqualTo(2);
  }

  @Test
  void aFreshConnectionThatEndsWithoutAnAnswerIsAFailure() throws Exception {
    CallRig.Answer answer = ask(answering((n, socket) -> socket.close()), UNARY);
    assertThat(answer.status()).isEqualTo(502);
    assertThat(one.seen).hasSize(1);
    assertThat(rig.event().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
  }

  @Test
  void aServerThatKnowsNoStreamOptionsIsAskedWithoutThemFromThenOn() throws Exception {
    String complaint = "{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],\"msg\":\"extra\"}]}";
    Snapshots snapshots =
        answering(
            (n, socket) ->
                socket.write(
                    one.seen.getLast().contains("stream_options")
                        ? sized("422 No", "", complaint)
                        : SSE + "content-length: " + DONE.length() + "\r\n\r\n" + DONE));
    assertThat(ask(snapshots, STREAM).text()).isEqualTo(DONE);
    CallEvent event = rig.event();
    assertThat(event.status()).isEqualTo(200);
    assertThat(rig.post("/v1/chat/completions", STREAM).text()).isEqualTo(DONE);
    assertThat(rig.event().attempts()).isEqualTo(1);
    assertThat(one.seen).hasSize(3);
  }

  @Test
  void anotherComplaintIsPassedOnWhole() throws Exception {
    String complaint = "{\"error\":{\"message\":\"no such model\"}}";
    CallRig.Answer answer = ask(always(sized("400 Bad", "", complaint)), STREAM);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEqualTo(complaint);
    rig.event();
  }

  @Test
  void informationalAnswersAreNotTheAnswer() throws Exception {
    String early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
    assertThat(ask(always(early + sized("200 OK", "", USAGE)), UNARY).text()).isEqualTo(USAGE);
    rig.event();
  }

  @Test
  void anAnswerWithoutContentIsPassedOn() throws Exception {
    CallRig.Answer answer = ask(always("HTTP/1.1 204 No Content\r\n\r\n"), UNARY);
    assertThat(answer.status()).isEqualTo(204);
    rig.event();
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1 200 OK,true", "HTTP/1.0 200 OK,false"})
  void aBodyThatEndsInTrailersOrWithItsConnectionArrives(String line, boolean chunked)
      throws Exception {
    String hex = Integer.toHexString(USAGE.length());
    String answer =
        chunked
            ? line
                + "\r\ntransfer-encoding: chunked\r\ntrailer: x-t\r\n\r\n"
                + hex
                + "\r\n"
                + USAGE
                + "\r\n0\r\nx-t: 1\r\n\r\n"
            : line + "\r\n\r\n" + USAGE;
    Snapshots snapshots =
        answering((n, socket) -> socket.write(answer).onComplete(done -> socket.close()));
    CallRig.Answer got = ask(snapshots, UNARY);
    assertThat(got.text()).isEqualTo(USAGE);
    assertThat(got.headers().get("trailer")).isNull();
    assertThat(rig.event().usage().outputTokens()).isEqualTo(1);
  }

  @Test
  void aStreamThatWasNotAskedForAndAnObjectInPlaceOfOneArriveAsTheyAre() throws Exception {
    String stream = SSE + "content-length: " + (DELTA + DONE).length() + "\r\n\r\n" + DELTA + DONE;
    assertThat(ask(always(stream), UNARY).text()).isEqualTo(DELTA + DONE);
    rig.event();
    one.close();
    assertThat(ask(always(sized("200 OK", "", USAGE)), STREAM).text()).isEqualTo(USAGE);
    assertThat(rig.event().usage().outputTokens()).isEqualTo(1);
  }

  @Test
  void eventsThatEndInCarriageReturnsAndRetryLinesArriveAsTheyAre() throws Exception {
    String body = "retry: 100\rdata: {\"choices\":[]}\r\r" + "data: [DONE]\r\r";
    Snapshots snapshots =
        answering(
            (n, socket) ->
                socket
                    .write(SSE + "x-accel-buffering: no\r\nconnection: close\r\n\r\n" + body)
                    .onComplete(done -> socket.close()));
    CallRig.Answer answer = ask(snapshots, STREAM);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.headers().get("x-accel-buffering")).isEqualTo("no");
    rig.event();
  }

  @Test
  void anEventOfAMegabyteArrives() throws Exception {
    String body = "data: {\"x\":\"" + "y".repeat(1 << 20) + "\"}\n\n" + DONE;
    Snapshots snapshots =
        answering(
            (n, socket) ->
                socket
                    .write(SSE + "connection: close\r\n\r\n" + body)
                    .onComplete(done -> socket.close()));
    assertThat(ask(snapshots.retry(1, 1, 5), STREAM).text()).isEqualTo(body);
    rig.event();
  }
}
