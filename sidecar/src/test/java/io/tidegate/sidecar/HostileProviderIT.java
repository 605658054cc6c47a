package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes back from an endpoint that is no provider, or one that somebody else has got hold of.
 * Each time the next call is served as if nothing had been: nothing of one answer is left for it.
 */
class HostileProviderIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASKED = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[]}";
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "transfer-encoding: chunked\r\n\r\n";
  private static final String EVIL = OK + "content-length: 6\r\n\r\n\"evil\"";
  private static final String SOUND = OK + "content-length: 7\r\n\r\n\"sound\"";

  /** At the end of an answer: the connection is closed behind it. */
  private static final String END = "<END>";

  private CallRig rig;
  private RawEnd far;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig();
  }

  @AfterEach
  void stop() throws Exception {
    far.close();
    rig.close();
  }

  /** The first call gets this, every later one a sound answer. */
  private void answering(String first) throws Exception {
    answering((n, socket) -> write(socket, first), 20_000);
  }

  private void answering(BiConsumer<Integer, NetSocket> first, long firstTokenMillis)
      throws Exception {
    far =
        RawEnd.start(
            rig.vertx,
            (n, socket) -> {
              if (n == 1) {
                first.accept(n, socket);
              } else {
                write(socket, SOUND);
              }
            });
    rig.policy.set(
        new Snapshots()
            .timeouts(2000, firstTokenMillis, 20_000, 20_000)
            .target("one", Provider.Type.OpenAI, far.url())
            .load());
  }

  private static void write(NetSocket socket, String answer) {
    String bytes = answer.replace(END, "");
    var written = socket.write(Buffer.buffer(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    if (answer.endsWith(END)) {
      written.onComplete(done -> socket.close());
    }
  }

  private CallRig.Answer ask() throws Exception {
    return rig.post(PATH, ASKED);
  }

  private void theNextCallIsServed() throws Exception {
    assertThat(ask().text()).isEqualTo("\"sound\"");
    assertThat(rig.event().attempts()).isEqualTo(1);
    assertThat(rig.ledger.settlements.values()).containsOnly(1);
  }

  static Stream<String> whatIsNoSoundResponse() {
    String body = "content-length: 2\r\n\r\n{}";
    return Stream.of(
        "SSH-2.0-OpenSSH_9\r\n\r\n",
        "<html></html>\r\n\r\n",
        "HTTP/2.0 200 OK\r\n" + body,
        "ICY 200 OK\r\n" + body,
        "HTTP/1.1 abc x\r\n" + body,
        "HTTP/1.1 -200 x\r\n" + body,
        "HTTP/1.1 99 x\r\n" + body,
        "HTTP/1.1 600 x\r\n" + body,
        "HTTP/1.1 1000 x\r\n" + body,
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n" + EVIL,
        "HTTP/1.1 102 Processing\r\n\r\n" + EVIL,
        OK + "content-length: 2\r\ncontent-length: 5\r\n\r\n{}",
        OK + "content-length: x\r\n\r\n{}",
        OK + "content-length: -1\r\n\r\n{}",
        OK + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + EVIL,
        OK + "transfer-encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        OK + "x-a: 1\u00002\r\n" + body,
        OK + "x-a: 1\u00012\r\n" + body,
        OK + "x-a: 1\rx-b: 2\r\n" + body,
        (OK + body).replace("\r\n", "\n"),
        OK + ": 1\r\n" + body,
        OK + "x(a): 1\r\n" + body,
        OK + "x-a: " + "a".repeat(70_000) + "\r\n" + body,
        OK + ("x-a: " + "a".repeat(100) + "\r\n").repeat(1_000) + body,
        OK + "x-a: " + "a".repeat(3_000_000),
        "HTTP/1.1 200 " + "a".repeat(70_000) + "\r\n" + body);
  }

  @ParameterizedTest
  @MethodSource("whatIsNoSoundResponse")
  void whatIsNoSoundResponseIsA502AndIsPaidForAsSent(String answer) throws Exception {
    answering(answer);
    CallRig.Answer got = ask();
    assertThat(got.status()).isEqualTo(502);
    assertThat(got.text())
        .contains("\"code\":\"tidegate_upstream_broke\"", "no sound HTTP/1.1", "spec.endpoint")
        .doesNotContain("evil", "OpenSSH");
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(event.decision().reason()).isEqualTo(Reason.UPSTREAM_BROKE);
    assertThat(event.budget().charged()).isEqualTo(event.budget().reserved());
    theNextCallIsServed();
  }

  @Test
  void whatIsNoSoundResponseOnAKeptConnectionIsNotAskedForAgain() throws Exception {
    far = RawEnd.start(rig.vertx, (n, socket) -> write(socket, n == 2 ? "HTTP/1.1 x\r\n" : SOUND));
    rig.policy.set(new Snapshots().target("one", Provider.Type.OpenAI, far.url()).load());
    theNextCallIsServed();
    assertThat(ask().status()).isEqualTo(502);
    assertThat(rig.event().attempts()).isEqualTo(1);
    assertThat(far.seen).hasSize(2);
    theNextCallIsServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHUNKED + "zz\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "-1\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "2\r\n{}\r\nzz\r\n\r\n",
        CHUNKED + "2\r\n{}XX0\r\n\r\n",
        CHUNKED + "2;" + "\u0000\n" + "\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "ff\r\n{}" + END,
        CHUNKED + "2\r\n{}\r\n" + END,
        OK + "content-length: 20\r\n\r\n{}" + END
      })
  void anAnswerThatBreaksOffIsNotMadeWhole(String answer) throws Exception {
    answering(answer);
    assertThatThrownBy(this::ask).isNotNull();
    CallEvent event = rig.event();
    assertThat(event.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(event.status()).isEqualTo(200);
    assertThat(event.budget().charged()).isEqualTo(event.budget().reserved());
    theNextCallIsServed();
  }

  static Stream<String> answersWithMoreBehindThem() {
    String length = "content-length: " + EVIL.length() + "\r\n\r\n";
    return Stream.of(
        "HTTP/1.1 204 No Content\r\n" + length + EVIL,
        "HTTP/1.1 304 Not Modified\r\n" + length + EVIL,
        OK + "content-length: 2\r\n\r\n{}" + EVIL,
        CHUNKED + "2\r\n{}\r\n0\r\n\r\n" + EVIL,
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n" + EVIL);
  }

  @ParameterizedTest
  @MethodSource("answersWithMoreBehindThem")
  void whatStandsBehindAnAnswerIsNobodysAnswer(String answer) throws Exception {
    answering(answer);
    assertThat(ask().text()).doesNotContain("evil");
    rig.event();
    theNextCallIsServed();
    assertThat(far.connections.get()).isEqualTo(2);
  }

  @Test
  void bytesBehindAnAnswerThatAreNoneSpoilAtMostTheNextCall() throws Exception {
    answering(OK + "content-length: 2\r\n\r\n{}xxxxxx");
    assertThat(ask().text()).isEqualTo("{}");
    rig.event();
    assertThat(ask().status()).isIn(200, 502);
    rig.event();
    theNextCallIsServed();
  }

  @Test
  void aStreamWhoseChunksBreakEndsWithAnErrorEvent() throws Exception {
    String event = "data: {\"choices\":[{\"index\":0}]}\n\n";
    String head = OK + "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    answering(head + Integer.toHexString(event.length()) + "\r\n" + event + "\r\nzz\r\n");
    String stream = ASKED.replace("\"m\"", "\"m\",\"stream\":true");
    String got = rig.post(PATH, stream).text();
    assertThat(got).startsWith(event + "data: {\"error\":{").contains("tidegate_upstream_broke");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    theNextCallIsServed();
  }

  @Test
  void anAnswerBeforeTheRequestWasReadIsPassedOn() throws Exception {
    String refusal = "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
    var server = rig.vertx.createNetServer();
    // Not before the request began: a client takes that for an answer to none.
    server.connectHandler(socket -> socket.handler(begun -> socket.pause().write(refusal)));
    CallRig.await(server.listen(0, "127.0.0.1"));
    answering(SOUND);
    String url = "http://127.0.0.1:" + server.actualPort();
    rig.policy.set(new Snapshots().target("one", Provider.Type.OpenAI, url).load());
    String content = "\"content\":\"" + "x".repeat(900_000) + "\"";
    String large = ASKED.replace("[]", "[{\"role\":\"user\"," + content + "}]");
    assertThat(rig.post(PATH, large).status()).isEqualTo(413);
    assertThat(rig.event().status()).isEqualTo(413);
    CallRig.await(server.close());
  }

  @Test
  void informationWithoutEndIsA504() throws Exception {
    answering(
        (n, socket) -> {
          long more =
              rig.vertx.setPeriodic(20, tick -> socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"));
          socket.closeHandler(closed -> rig.vertx.cancelTimer(more));
        },
        400);
    runsOutOfTime();
  }

  @Test
  void aHeadThatDripsIsA504() throws Exception {
    answering(
        (n, socket) -> {
          socket.write("HTTP/1.1 200 OK\r\nx-a: ");
          long more = rig.vertx.setPeriodic(20, tick -> socket.write("a"));
          socket.closeHandler(closed -> rig.vertx.cancelTimer(more));
        },
        400);
    runsOutOfTime();
  }

  private void runsOutOfTime() throws Exception {
    CallRig.Answer answer = ask();
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).contains("spec.timeouts.firstTokenSeconds");
    assertThat(rig.event().outcome()).isEqualTo(Outcome.TIMED_OUT);
  }
}
