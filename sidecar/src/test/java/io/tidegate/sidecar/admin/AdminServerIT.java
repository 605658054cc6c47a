package io.tidegate.sidecar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.sidecar.config.Dialect;
import io.tidegate.sidecar.config.ListenAddress;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.fetch.Fetcher;
import io.tidegate.sidecar.fetch.HeldState;
import io.tidegate.sidecar.fetch.Origin;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerIT {
  @TempDir Path dir;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private Fetcher.Held held;
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    held = HeldState.empty(dir, meters);
    server =
        AdminServer.start(vertx, new ListenAddress("127.0.0.1", 0), held, meters::scrape)
            .await(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close().await(60, TimeUnit.SECONDS);
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void itIsHealthyAsSoonAsItsEventLoopTurns() throws Exception {
    assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void aPathThatIsNoneIsToldInPlainText() throws Exception {
    var answer = ask("GET", "/nothing");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
    assertThat(answer.body()).contains("/config").doesNotContain("<");
  }

  @Test
  void withoutAConfigurationItIsNotReadyAndNamesTheCause() throws Exception {
    HeldState.waiting(held, "the operator answered 401");
    HeldState.refused(held, "ModelRoute support/everyday: spec.rules[all].targets is empty");
    var answer = ask("GET", "/readyz");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(answer.body()).getString("cause"))
        .contains("no configuration yet")
        .contains("the operator answered 401")
        .contains("targets is empty");
    assertThat(ask("GET", "/config").statusCode()).isEqualTo(200);
  }

  @Test
  void withTheOperatorGoneItIsReadyUnderTheLastKnownGood() throws Exception {
    HeldState.adopt(held, snapshot(), Origin.LAST_KNOWN_GOOD);
    HeldState.waiting(held, "connection refused");
    var answer = ask("GET", "/readyz");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()).getString("origin")).isEqualTo("last-known-good");
  }

  @Test
  void theConfigurationIsShownWithTheNamesOfCredentialsAndNoValue() throws Exception {
    HeldState.adopt(held, snapshot(), Origin.STREAM);
    HeldState.credentials(held, Map.of("support/other", "sk-secret"));
    HeldState.refused(held, "too new");
    var answer = ask("GET", "/config");
    assertThat(answer.body()).doesNotContain("sk-secret");
    JsonObject json = new JsonObject(answer.body());
    assertThat(json.getString("version")).isEqualTo(SnapshotCodec.version(snapshot()));
    assertThat(json.getJsonObject("configuration")).isEqualTo(new JsonObject(snapshot()));
    assertThat(json.getJsonObject("credentials").getJsonArray("held"))
        .isEqualTo(new io.vertx.core.json.JsonArray().add("support/other"));
    assertThat(json.getJsonObject("credentials").getJsonArray("missing"))
        .isEqualTo(new io.vertx.core.json.JsonArray().add("support/openai"));
    assertThat(json.getJsonObject("lastRefusal").getString("reason")).isEqualTo("too new");
    for (String path : List.of("/metrics", "/readyz", "/healthz")) {
      assertThat(ask("GET", path).body()).doesNotContain("sk-secret");
    }
  }

  @Test
  void metricsAreInPrometheusTextFormat() throws Exception {
    var answer = ask("GET", "/metrics");
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body()).contains("tidegate_config_stream_connected 0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS"})
  void nothingCanBeWritten(String method) throws Exception {
    assertThat(ask(method, "/config").statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/configs",
        "/credentials.json",
        "/config/../../credentials.json",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/config%00",
        "/healthz;/x"
      })
  void whatIsNotThereIsNotFound(String path) throws Exception {
    assertThat(ask("GET", path).statusCode()).isEqualTo(404);
  }

  private static String snapshot() {
    ObjectRef object = new ObjectRef("ModelProvider", "support", "openai");
    Provider provider =
        new Provider(
            object,
            Provider.Type.OpenAI,
            "https://api.openai.com/v1",
            "support/openai",
            null,
            new Provider.Timeouts(1, 1, 1, 1),
            List.of(new Provider.Model("gpt", "gpt", null, null, null)));
    assertThat(provider.dialect()).isEqualTo(Dialect.OpenAI);
    return SnapshotCodec.encode(
        new Snapshot(
            Snapshot.SCHEMA_VERSION,
            new Snapshot.Workload("support", "default", "desk"),
            List.of(),
            List.of(provider),
            List.of(),
            List.of(),
            new Profile(
                null,
                List.of(),
                new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
                new Profile.RequestLimits(1 << 20, 64)),
            List.of()));
  }
}
