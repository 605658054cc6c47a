package io.tidegate.sidecar;

import static io.tidegate.sidecar.HostileRig.ASKED;
import static io.tidegate.sidecar.HostileRig.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** HTTP/2 frames that wear a server out, or do not belong where they come. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFramesIT {
  private static final long NO_REASON = -1;
  private static final long PROTOCOL_ERROR = 1;
  private static final long STREAM_CLOSED = 5;
  private static final long FRAME_SIZE_ERROR = 6;
  private static final long REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final long ENHANCE_YOUR_CALM = 11;
  private static final int PUSH_PROMISE = 5;
  private static final int CONTINUATION = 9;
  private HostileRig rig;

  @BeforeAll
  void start() throws Exception {
    rig = new HostileRig();
  }

  @BeforeEach
  void forget() {
    rig.rig.events.clear();
  }

  @AfterAll
  void stop() throws Exception {
    rig.close();
  }

  /** What it does to a connection. */
  private interface Offence {
    void commit(RawH2 client) throws Exception;
  }

  /** The connection ends, for this reason unless its end kept the client from reading one. */
  private void endsTheConnection(long reason, Offence offence) throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      offence.commit(client);
      client.untilClosed();
      if (!client.broken || client.goAway != NO_REASON) {
        assertThat(client.goAway).isEqualTo(reason);
      }
    }
  }

  @Test
  void framesWhereTheyDoNotBelongEndTheConnection() throws Exception {
    endsTheConnection(PROTOCOL_ERROR, client -> client.data(3, true, ASKED));
    endsTheConnection(PROTOCOL_ERROR, client -> client.head(2, false));
    endsTheConnection(PROTOCOL_ERROR, client -> client.head(0, false));
    endsTheConnection(PROTOCOL_ERROR, client -> client.frame(PUSH_PROMISE, 4, 1, new byte[4]));
    endsTheConnection(FRAME_SIZE_ERROR, client -> client.frame(RawH2.DATA, 0, 1, new byte[20_000]));
    rig.nothingWentThrough();
  }

  @Test
  void aMethodWithALineOfHttp1EndsTheConnection() throws Exception {
    endsTheConnection(
        NO_REASON,
        client ->
            client.fields(
                1, true, ":method", "POST / HTTP/1.1\r\nx: y", ":scheme", "http", ":path", PATH));
    rig.nothingWentThrough();
  }

  @Test
  void headersWithoutEndEndTheConnection() throws Exception {
    byte[] field = new byte[16_000];
    field[1] = 1;
    field[2] = 'a';
    field[3] = 127;
    endsTheConnection(
        PROTOCOL_ERROR,
        client -> {
          client.frame(RawH2.HEADERS, 0, 1, new byte[0]);
          for (int i = 0; i < 8; i++) {
            client.frame(CONTINUATION, 0, 1, field);
          }
        });
    rig.nothingWentThrough();
  }

  @Test
  void dataBehindTheEndEndsTheCallOnce() throws Exception {
    // Its request may still be on its way when the call is over: no place for another test's.
    try (HostileRig own = new HostileRig();
        RawH2 client = new RawH2(own.port())) {
      client.head(1, false);
      client.data(1, true, ASKED);
      client.data(1, true, ASKED);
      RawH2.Answer answer = client.answer(1);
      assertThat(answer.reset == STREAM_CLOSED || answer.status == 200).isTrue();
      own.onlyEvent();
      assertThat(own.far.seen).hasSizeLessThan(2);
    }
  }

  @Test
  void streamsThatAreOpenedAndResetInHasteEndTheirConnectionAndTheirCalls() throws Exception {
    endsTheConnection(
        ENHANCE_YOUR_CALM,
        client -> {
          for (int stream = 1; stream < 4001; stream += 2) {
            client.head(stream, false);
            client.reset(stream, CANCEL);
          }
        });
    CallRig.until(() -> rig.rig.line.openCalls() == 0);
    assertThat(rig.nothingWentThroughBut())
        .isNotEmpty()
        .allMatch(event -> event.outcome() == Outcome.CLIENT_GONE);
  }

  @Test
  void noMoreThanAThousandStreamsAreOpenAtATime() throws Exception {
    try (RawH2 client = new RawH2(rig.port())) {
      client.frame(RawH2.SETTINGS, 1, 0, new byte[0]);
      for (int stream = 1; stream < 2005; stream += 2) {
        client.head(stream, false);
      }
      assertThat(client.answer(2003).reset).isEqualTo(REFUSED_STREAM);
      assertThat(client.answers.get(1)).isNull();
      CallRig.until(() -> rig.rig.line.openCalls() == 1000);
    }
    CallRig.until(() -> rig.rig.line.openCalls() == 0);
    assertThat(rig.nothingWentThroughBut())
        .hasSize(1000)
        .allMatch(event -> event.outcome() == Outcome.CLIENT_GONE);
  }

  @Test
  void noMoreCallsThanTheSidecarHasRoomForAreOpenAtATime() throws Exception {
    List<RawH2> clients = new ArrayList<>();
    try {
      for (int stream = 0; stream < CallLine.MOST_OPEN_CALLS; stream++) {
        if (stream % 1000 == 0) {
          clients.add(new RawH2(rig.port()));
        }
        clients.getLast().head(2 * (stream % 1000) + 1, false);
      }
      CallRig.until(() -> rig.rig.line.openCalls() == CallLine.MOST_OPEN_CALLS);
      assertThat(rig.raw(HostileRig.INNER.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")))
          .startsWith("HTTP/1.1 503")
          .contains("tidegate_overloaded", "retry-after", "4096");
    } finally {
      for (RawH2 client : clients) {
        client.close();
      }
    }
    CallRig.until(() -> rig.rig.line.openCalls() == 0);
    assertThat(rig.nothingWentThroughBut()).hasSize(CallLine.MOST_OPEN_CALLS + 1);
  }

  @Test
  void aPrefaceThatGoesOnAsHttp1IsNoCall() throws Exception {
    assertThat(rig.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HostileRig.INNER))
        .doesNotContain("HTTP/1.1 ");
    assertThat(rig.raw("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + HostileRig.INNER))
        .doesNotContain(" 200 ");
    assertThat(rig.rig.events).isEmpty();
    rig.nothingWentThrough();
  }
}
