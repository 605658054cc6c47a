package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Provider;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainIT {
  private static final String ANSWER =
      "{\"id\":\"c1\",\"object\":\"chat.completion\",\"model\":\"vendor-small-1\",\"choices\":[],"
          + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":8}}";

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<HttpServerResponse> waiting = new LinkedBlockingQueue<>();
  private FarEnd provider;
  private Map<String, String> environment;

  @BeforeEach
  void mountAConfiguration() throws Exception {
    provider = FarEnd.start(vertx);
    Path mounted = dir.resolve("snapshot.json");
    Files.writeString(
        mounted,
        new Snapshots()
            .target("one", Provider.Type.OpenAICompatible, provider.url() + "/v1")
            .load()
            .canonicalJson());
    Files.createDirectories(dir.resolve("credentials"));
    Files.writeString(
        dir.resolve("credentials/credentials.json"),
        new JsonObject(Map.copyOf(Snapshots.keys())).encode());
    environment = Map.of("TIDEGATE_CONFIG_FILE", mounted.toString());
  }

  @AfterEach
  void stop() throws Exception {
    provider.close();
    CallRig.await(vertx.close());
  }

  @Test
  void aCallIsServedUnderTheMountedConfigurationAndItsEventIsTheOnlyOutput() throws Exception {
    provider.thenJson(200, ANSWER);
    try (SidecarProcess sidecar = SidecarProcess.start(dir, environment).awaitStart()) {
      var answer = sidecar.call().get(60, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(ANSWER);
      assertThat(provider.seen.getFirst().headers().get("authorization"))
          .isEqualTo("Bearer " + Snapshots.KEY + "-one");
      CallRig.until(() -> sidecar.events().size() == 1);
      JsonObject event = new JsonObject(sidecar.events().getFirst());
      assertThat(event.getInteger("status")).isEqualTo(200);
      assertThat(event.getInteger("output_tokens")).isEqualTo(3);
      assertThat(sidecar.admin("/readyz").body()).contains("\"origin\":\"mounted\"");
      assertThat(sidecar.admin("/config").body() + sidecar.admin("/metrics").body())
          .contains("ai/one", "tidegate_")
          .doesNotContain(Snapshots.KEY);
      assertThat(sidecar.log()).doesNotContain(Snapshots.KEY).doesNotContain("ERROR");
    }
  }

  @Test
  void afterSigtermOpenCallsEndAndNewOnesAreServedUntilItIsQuiet() throws Exception {
    provider.then((seen, response) -> waiting.add(response)).thenJson(200, ANSWER);
    try (SidecarProcess sidecar = SidecarProcess.start(dir, environment).awaitStart()) {
      var open = sidecar.call();
      HttpServerResponse held = waiting.poll(60, TimeUnit.SECONDS);
      assertThat(held).isNotNull();

      sidecar.terminate();
      CallRig.until(() -> sidecar.log().contains("stopping"));

      assertThat(sidecar.call().get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(sidecar.admin("/readyz").statusCode()).isEqualTo(200);
      held.end(ANSWER);
      assertThat(open.get(60, TimeUnit.SECONDS).body()).isEqualTo(ANSWER);
      assertThat(sidecar.exitCode()).isZero();
      assertThat(sidecar.events()).hasSize(2);
      assertThat(sidecar.log()).contains("stopped");
    }
  }

  @Test
  void whatIsOpenWhenTheGraceIsOverEndsWithAnEvent() throws Exception {
    provider.then((seen, response) -> waiting.add(response));
    Map<String, String> short1 =
        Map.of(
            "TIDEGATE_CONFIG_FILE",
            environment.get("TIDEGATE_CONFIG_FILE"),
            "TIDEGATE_DRAIN_SECONDS",
            "1");
    try (SidecarProcess sidecar = SidecarProcess.start(dir, short1).awaitStart()) {
      var open = sidecar.call();
      assertThat(waiting.poll(60, TimeUnit.SECONDS)).isNotNull();
      sidecar.terminate();
      assertThat(open.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
      assertThat(sidecar.exitCode()).isZero();
      assertThat(sidecar.events()).hasSize(1);
    }
  }

  @Test
  void anUnknownSettingStopsTheStart() throws Exception {
    try (SidecarProcess sidecar = SidecarProcess.start(dir, Map.of("TIDEGATE_DRAIN_SECOND", "1"))) {
      assertThat(sidecar.exitCode()).isEqualTo(2);
      assertThat(sidecar.log()).contains("TIDEGATE_DRAIN_SECOND").contains("Known are");
      assertThat(sidecar.events()).isEmpty();
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SidecarProcess sidecar =
            SidecarProcess.start(
                dir, Map.of("TIDEGATE_LISTEN", "127.0.0.1:" + taken.getLocalPort()))) {
      assertThat(sidecar.exitCode()).isEqualTo(1);
      assertThat(sidecar.log()).contains("TIDEGATE_LISTEN=127.0.0.1:" + taken.getLocalPort());
    }
  }
}
