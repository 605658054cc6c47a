package io.tidegate.sidecar.fetch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.sidecar.config.Settings;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One sidecar's fetching, on one event loop, with files in a directory of the test. */
final class FetchFixture implements AutoCloseable {
  /** Waits little, and has much patience: on a busy machine a test may be silent for long. */
  static final StreamTiming FAST = fast(Duration.ofSeconds(60));

  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  final Path dir;
  final Path token;
  final Path ca;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Fetcher.Held held;
  volatile List<SpendReport.Window> windows = List.of();
  StreamTiming timing = FAST;
  private Fetcher fetcher;

  FetchFixture(Path dir) throws IOException {
    this.dir = dir;
    this.token = dir.resolve("token");
    this.ca = dir.resolve("ca.crt");
    Files.writeString(token, "token-1\n");
    held =
        new Fetcher.Held(
            new PolicyHolder(),
            new LastKnownGood(dir.resolve("state")),
            new CredentialStore(dir.resolve("credentials")),
            new FetchStatus(InstantSource.system(), meters));
  }

  FetchFixture adoptFiles(Path mounted) {
    new StartOrder(
            held.lastKnownGood(),
            mounted,
            held.credentials(),
            held.policy(),
            held.status(),
            InstantSource.system())
        .adopt();
    return this;
  }

  /**
   * @param silence after which a stream counts as broken
   */
  static StreamTiming fast(Duration silence) {
    return new StreamTiming(
        Duration.ofSeconds(60),
        silence,
        Duration.ofSeconds(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(400),
        Duration.ofSeconds(60),
        Duration.ofMillis(50),
        Duration.ofSeconds(1));
  }

  FetchFixture start(int operatorPort, String caPem) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TIDEGATE_OPERATOR_URL", "https://localhost:" + operatorPort);
    environment.put("TIDEGATE_CA_PEM", caPem);
    environment.put("TIDEGATE_CA_FILE", ca.toString());
    environment.put("TIDEGATE_TOKEN_FILE", token.toString());
    fetcher =
        Fetcher.start(
            vertx,
            vertx.getOrCreateContext(),
            Settings.from(environment),
            timing,
            held,
            () -> windows,
            InstantSource.system());
    return this;
  }

  String version() {
    var policy = held.policy().current();
    return policy == null ? null : policy.version();
  }

  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 60 s: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  /** As a sidecar ends; before {@link #close}. */
  void end() {
    FakeOperator.await(fetcher.close());
    fetcher = null;
  }

  @Override
  public void close() {
    if (fetcher != null) {
      end();
    }
    FakeOperator.await(vertx.close());
  }
}
