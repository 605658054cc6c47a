package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Outcome;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.listen.Limits;
import io.tidegate.sidecar.record.CallEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bodies of all calls together stay within the memory that is theirs. */
class BodySpaceIT {
  private static final int SPACE = 5_000;
  private static final String PATH = "/v1/chat/completions";
  private static final String ASKED =
      "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\""
          + "x".repeat(3_000)
          + "\"}]}";
  private final CompletableFuture<HttpServerResponse> held = new CompletableFuture<>();
  private CallRig rig;
  private FarEnd far;

  @BeforeEach
  void start() throws Exception {
    rig = new CallRig(Limits.standard().bodySpace(SPACE));
    far = FarEnd.start(rig.vertx);
    rig.policy.set(
        new Snapshots()
            .maxBodyBytes(100_000)
            .target("one", Provider.Type.OpenAI, far.url())
            .target("two", Provider.Type.Anthropic, far.url())
            .load());
    far.then((seen, response) -> held.complete(response)).thenJson(200, "{}");
  }

  @AfterEach
  void stop() throws Exception {
    far.close();
    rig.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void aBodyThatFindsNoRoomIsToldToComeBackAndFindsItOnceAnotherCallHasEnded(HttpVersion version)
      throws Exception {
    var client = rig.client(version);
    var first =
        CallRig.send(
            client,
            HttpMethod.POST,
            PATH,
            MultiMap.caseInsensitiveMultiMap(),
            Buffer.buffer(ASKED),
            CallRig::whole);
    CallRig.until(held::isDone);
    assertThat(rig.listener.heldBodyBytes()).isEqualTo(ASKED.length());

    CallRig.Answer refused = rig.post(PATH, ASKED);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers().get("retry-after")).isEqualTo("1");
    assertThat(refused.text()).contains("tidegate_overloaded", "fewer calls at a time");
    assertThat(rig.event().decision().reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(rig.listener.heldBodyBytes()).isEqualTo(ASKED.length());

    held.get().end("{}");
    assertThat(CallRig.await(first).status()).isEqualTo(200);
    CallRig.until(() -> rig.listener.heldBodyBytes() == 0);
    rig.event();
    assertThat(rig.post(PATH, ASKED).status()).isEqualTo(200);
    rig.event();
    CallRig.until(() -> rig.listener.heldBodyBytes() == 0);
    CallRig.await(client.close());
  }

  @Test
  void aClientThatGoesGivesBackWhatItsBodyTook() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.listener.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + PATH
                      + " HTTP/1.1\r\nhost: a\r\ncontent-length: 4000\r\n\r\n"
                      + "x".repeat(3_500))
                  .getBytes(StandardCharsets.UTF_8));
      CallRig.until(() -> rig.listener.heldBodyBytes() == 3_500);
    }
    assertThat(rig.event().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    CallRig.until(() -> rig.listener.heldBodyBytes() == 0);
  }

  @Test
  void whatAGzipHoldsInsideCountsAndRetryingABodyThatNeverFitsIsInVain() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[SPACE + 20_000]);
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-encoding", "gzip");
    CallRig.Answer answer = rig.post(PATH, headers, Buffer.buffer(out.toByteArray()));
    assertThat(answer.status()).isIn(413, 503);
    rig.event();
    CallRig.Answer never = rig.post(PATH, "x".repeat(SPACE + 1));
    assertThat(never.status()).isEqualTo(413);
    assertThat(never.text()).contains("spec.resources");
    CallEvent event = rig.event();
    assertThat(event.decision().reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    CallRig.until(() -> rig.listener.heldBodyBytes() == 0);
    assertThat(far.seen).isEmpty();
  }
}
