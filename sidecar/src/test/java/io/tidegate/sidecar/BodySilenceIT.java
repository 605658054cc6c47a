package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.listen.Limits;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client that never finishes its body does not keep a call open for ever. */
class BodySilenceIT {
  @Test
  void aBodyThatStandsStillIsToldSoAndItsConnectionEnds() throws Exception {
    try (CallRig rig = new CallRig(Limits.standard().bodySilence(Duration.ofMillis(100)));
        FarEnd far = FarEnd.start(rig.vertx)) {
      rig.policy.set(new Snapshots().target("one", Provider.Type.OpenAI, far.url()).load());
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.listener.port())) {
        socket.setSoTimeout(60_000);
        String half = "POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{";
        socket.getOutputStream().write(half.getBytes(StandardCharsets.UTF_8));
        byte[] all = socket.getInputStream().readAllBytes();
        assertThat(new String(all, StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 408")
            .containsIgnoringCase("connection: close")
            .contains("timeout_error", "tidegate_body_timeout");
      }
      assertThat(rig.event().decision().reason()).isEqualTo(Reason.BODY_TIMEOUT);
      CallRig.until(() -> rig.listener.heldBodyBytes() == 0);
      assertThat(rig.ledger.settlements).isEmpty();
      assertThat(far.seen).isEmpty();
    }
  }
}
