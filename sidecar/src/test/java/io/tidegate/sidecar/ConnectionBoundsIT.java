package io.tidegate.sidecar;

import static io.tidegate.sidecar.HostileRig.ASKED;
import static io.tidegate.sidecar.HostileRig.LENGTH;
import static io.tidegate.sidecar.HostileRig.LINE;
import static io.tidegate.sidecar.HostileRig.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.listen.Limits;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client may hold open, and for how long. */
class ConnectionBoundsIT {
  private static final String MODELS = "GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n";
  private static final Duration SHORT = Duration.ofMillis(300);

  /** Long enough for a busy machine to write a request on a connection that it has just opened. */
  private static final Duration REST = Duration.ofSeconds(2);

  private CallRig rig;
  private FarEnd far;

  @AfterEach
  void stop() throws Exception {
    far.close();
    rig.close();
  }

  private void start(Limits limits) throws Exception {
    rig = new CallRig(limits);
    far = FarEnd.start(rig.vertx);
    rig.policy.set(new Snapshots().target("one", Provider.Type.OpenAI, far.url()).load());
  }

  private Socket connect(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.listener.port());
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static String until(Socket socket, String text) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder got = new StringBuilder();
    while (got.indexOf(text) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("closed after " + got);
      }
      got.append((char) next);
    }
    return got.toString();
  }

  private static boolean isClosed(Socket socket) throws IOException {
    return socket.getInputStream().read() < 0;
  }

  @Test
  void aConnectionThatRestsWithoutACallIsClosed() throws Exception {
    start(Limits.standard().rest(REST));
    try (Socket silent = connect("");
        Socket half = connect("POST /v1/mess");
        Socket kept = connect(MODELS);
        RawH2 client = new RawH2(rig.listener.port())) {
      client.fields(1, true, ":method", "GET", ":scheme", "http", ":path", "/v1/models");
      until(kept, "]}");
      assertThat(client.answer(1).status).isEqualTo(200);
      assertThat(isClosed(silent)).isTrue();
      assertThat(isClosed(half)).isTrue();
      assertThat(isClosed(kept)).isTrue();
      client.untilClosed();
      assertThat(client.goAway).isZero();
    }
    CallRig.until(() -> rig.listener.openConnections() == 0);
  }

  @Test
  void aConnectionWithASilentCallIsNot() throws Exception {
    start(Limits.standard().rest(REST));
    CompletableFuture<HttpServerResponse> one = new CompletableFuture<>();
    CompletableFuture<HttpServerResponse> two = new CompletableFuture<>();
    far.then((seen, response) -> one.complete(response))
        .then((seen, response) -> two.complete(response));
    try (Socket waiting = connect(LINE + LENGTH + "\r\n" + ASKED);
        RawH2 client = new RawH2(rig.listener.port())) {
      client.head(1, false);
      one.get(30, TimeUnit.SECONDS);
      client.data(1, true, ASKED);
      two.get(30, TimeUnit.SECONDS);
      // It begins to rest after the calls, so that their time would be over before its own.
      try (Socket resting = connect(MODELS)) {
        until(resting, "]}");
        assertThat(isClosed(resting)).isTrue();
      }
      one.join().end("{\"n\":1}");
      two.join().end("{\"n\":2}");
      assertThat(until(waiting, "{\"n\":1}")).startsWith("HTTP/1.1 200");
      assertThat(client.answer(1).body.toString()).isEqualTo("{\"n\":2}");
      assertThat(isClosed(waiting)).isTrue();
    }
  }

  @Test
  void theConnectionThatRestsLongestMakesRoomForANewOne() throws Exception {
    start(Limits.standard().connections(2));
    try (Socket first = connect(MODELS)) {
      until(first, "]}");
      try (Socket second = connect(MODELS)) {
        until(second, "]}");
        first.getOutputStream().write(MODELS.getBytes(StandardCharsets.UTF_8));
        until(first, "]}");
        try (Socket third = connect(MODELS)) {
          until(third, "]}");
          assertThat(isClosed(second)).isTrue();
          first.getOutputStream().write(MODELS.getBytes(StandardCharsets.UTF_8));
          until(first, "]}");
        }
      }
    }
  }

  @Test
  void whereAllServeACallANewConnectionIsClosed() throws Exception {
    start(Limits.standard().connections(1));
    CompletableFuture<HttpServerResponse> held = new CompletableFuture<>();
    far.then((seen, response) -> held.complete(response));
    try (Socket busy = connect(LINE + LENGTH + "\r\n" + ASKED)) {
      held.get(30, TimeUnit.SECONDS);
      try (Socket late = connect(MODELS)) {
        assertThat(isClosed(late)).isTrue();
      }
      held.join().end("{}");
      until(busy, "{}");
    }
  }

  @Test
  void aBodyThatDripsIsA408AfterItsWholeTime() throws Exception {
    start(Limits.standard().bodyTime(SHORT));
    try (Socket socket = connect("POST " + PATH + " HTTP/1.1\r\nhost: a\r\n")) {
      socket
          .getOutputStream()
          .write("content-length: 9999\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      long drip =
          rig.vertx.setPeriodic(
              20,
              tick ->
                  rig.vertx.executeBlocking(
                      () -> {
                        socket.getOutputStream().write(' ');
                        return null;
                      }));
      String answer = until(socket, "}}");
      rig.vertx.cancelTimer(drip);
      assertThat(answer).startsWith("HTTP/1.1 408").contains("connection: close", "300 ms");
    }
    assertThat(rig.event().decision().reason()).isEqualTo(Reason.BODY_TIMEOUT);
    assertThat(rig.ledger.settlements).isEmpty();
    CallRig.until(() -> rig.listener.heldBodyBytes() == 0);
  }

  @Test
  void aStreamWhoseBodyStopsIsAnsweredAndReset() throws Exception {
    start(Limits.standard().bodySilence(SHORT));
    try (RawH2 client = new RawH2(rig.listener.port())) {
      client.head(1, false);
      client.data(1, false, "{");
      RawH2.Answer answer = client.answer(1);
      assertThat(answer.status).isEqualTo(408);
      while (answer.reset < 0 && !client.closed) {
        client.read();
      }
      assertThat(answer.reset).isZero();
      client.fields(3, true, ":method", "GET", ":scheme", "http", ":path", "/v1/models");
      assertThat(client.answer(3).status).isEqualTo(200);
    }
    CallRig.until(() -> rig.events.size() == 2);
    assertThat(rig.events.remove().decision().reason()).isEqualTo(Reason.BODY_TIMEOUT);
    assertThat(rig.event().outcome()).isEqualTo(Outcome.COMPLETED);
  }
}
