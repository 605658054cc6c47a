package io.tidegate.operator.serve;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.operator.StubSidecar;
import io.tidegate.operator.TestCluster;
import io.tidegate.operator.serve.FaultyApiServer.Fault;
import io.tidegate.operator.trust.OwnAuthorities;
import io.tidegate.operator.trust.SidecarImages;
import io.tidegate.operator.watch.InjectedPod;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamAgeTest {
  private static final Duration AGE = Duration.ofSeconds(1);

  private final FaultyApiServer api = new FaultyApiServer();
  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server = serve();

  @AfterEach
  void close() {
    vertx.close().await();
    blocking.shutdownNow();
    api.close();
  }

  private HttpServer serve() {
    InstantSource clock = InstantSource.system();
    SidecarIdentity identity =
        new SidecarIdentity(
            api.client(),
            blocking,
            new SidecarIdentity.Bounds(
                10, Duration.ofSeconds(20), Duration.ofMillis(20), Duration.ofSeconds(20)),
            _ -> Optional.of(InjectedPod.of(FaultyApiServer.POD)),
            () -> SidecarImages.of(TestCluster.IMAGE, List.of()),
            TestCluster.URL,
            () -> new OwnAuthorities(""),
            (on, reason, message) -> {});
    Router router = Router.router(vertx);
    new SidecarLine(
            vertx,
            identity,
            new AckLedger(clock, () -> {}),
            new RefusalEvents((pod, object) -> Optional.empty(), (on, reason, message) -> {}),
            _ -> Offer.NOTHING,
            clock,
            new SnapshotStream.Timing(Duration.ofMillis(50), AGE),
            new StreamMeters(new SimpleMeterRegistry()))
        .route(router);
    return vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
  }

  private StubSidecar connect() {
    return new StubSidecar(vertx.createHttpClient(), server.actualPort())
        .connect(TestCluster.token("team", "app"));
  }

  @Test
  void aStreamOutlivesItsAgeWhileTheApiServerIsAwayAndEndsOnceItIsBack() {
    // Away before the stream is of age, however long the rest of this takes.
    api.next.add(Fault.Answer);
    api.otherwise = Fault.Unavailable;
    try (StubSidecar sidecar = connect()) {
      assertThat(sidecar.status()).isEqualTo(200);
      int connected = api.requests.get();
      until(
          "several looks at an API server that is away", () -> api.requests.get() > connected + 3);
      int pings = sidecar.all(StreamFrame.Ping.class).size();
      until("more signs of life", () -> sidecar.all(StreamFrame.Ping.class).size() > pings + 3);
      assertThat(sidecar.ended()).isFalse();
      assertThat(sidecar.all(StreamFrame.Goodbye.class)).isEmpty();

      api.otherwise = Fault.Answer;
      until("the end", sidecar::ended);
      assertThat(sidecar.all(StreamFrame.Goodbye.class)).hasSize(1);
    }
  }

  @Test
  void aSidecarThatComesWhileTheApiServerIsAwayIsAskedToComeAgain() {
    api.otherwise = Fault.Unavailable;
    try (StubSidecar sidecar = connect()) {
      assertThat(sidecar.status()).isEqualTo(503);
      assertThat(sidecar.retryAfter()).isNotNull();
      assertThat(sidecar.body()).contains("ApiServerUnavailable");
    }
  }
}
