package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.record.CallEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The call line between a client that writes any bytes and a provider that keeps every byte. After
 * each attack the rig proves by an honest call that nothing was left over.
 */
final class HostileRig implements AutoCloseable {
  static final String PATH = "/v1/chat/completions";
  static final String ASKED = "{\"model\":\"m\",\"messages\":[],\"max_tokens\":9}";
  static final String SENT = "{\"model\":\"vendor-small-1\",\"messages\":[],\"max_tokens\":9}";
  static final String LINE = "POST " + PATH + " HTTP/1.1\r\nhost: a\r\n";
  static final String LENGTH = "content-length: " + ASKED.length() + "\r\n";
  static final String LAST = "connection: close\r\n";

  /** A whole call of its own, for where a request is smuggled. */
  static final String INNER = LINE + "x-smuggled: 1\r\n" + LENGTH + "\r\n" + ASKED;

  private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
  final CallRig rig;
  final RawEnd far;

  HostileRig() throws Exception {
    rig = new CallRig();
    far = RawEnd.start(rig.vertx, (n, socket) -> socket.write(ANSWER));
    rig.policy.set(new Snapshots().target("one", Provider.Type.OpenAI, far.url()).load());
  }

  int port() {
    return rig.listener.port();
  }

  /** What comes back for these bytes until the server closes; one char a byte. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** The event of the one call there was. */
  CallEvent onlyEvent() throws InterruptedException {
    CallEvent event = rig.event();
    CallRig.until(() -> rig.line.openCalls() == 0);
    return event;
  }

  /** The provider got nothing but the honest call that is made here, and nothing is held. */
  void nothingWentThrough() throws Exception {
    assertThat(nothingWentThroughBut()).isEmpty();
  }

  /**
   * @return the events that came before that of the honest call
   */
  List<CallEvent> nothingWentThroughBut() throws Exception {
    int before = far.seen.size();
    far.wire.setLength(0);
    rig.ledger.settlements.clear();
    String answer = raw(LINE + LAST + "x-honest: 1\r\n" + LENGTH + "\r\n" + ASKED);
    assertThat(answer).endsWith("{}");
    assertThat(far.seen).hasSize(before + 1);
    assertThat(far.wire.toString())
        .startsWith("POST " + PATH + " HTTP/1.1\r\nx-honest: 1\r\n")
        .endsWith("\r\n\r\n" + SENT)
        .containsOnlyOnce("HTTP/1.1")
        .doesNotContain("smuggled");
    assertThat(rig.ledger.settlements).hasSize(1);
    List<CallEvent> others = new ArrayList<>();
    for (CallEvent event = next(); !answer.contains(event.callId()); event = next()) {
      others.add(event);
    }
    CallRig.until(() -> rig.line.openCalls() == 0 && rig.listener.heldBodyBytes() == 0);
    assertThat(rig.ledger.settlements.values()).containsExactly(1);
    return others;
  }

  private CallEvent next() throws InterruptedException {
    CallEvent event = rig.events.poll(30, TimeUnit.SECONDS);
    assertThat(event).as("the event of the honest call").isNotNull();
    return event;
  }

  @Override
  public void close() throws Exception {
    far.close();
    rig.close();
  }
}
