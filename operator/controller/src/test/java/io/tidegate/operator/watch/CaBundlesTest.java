package io.tidegate.operator.watch;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.reach.ApiConnection;
import io.tidegate.operator.reach.WatchLiveness;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CaBundlesTest {
  private static final int SILENT = 0;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger changes = new AtomicInteger();
  private volatile int status = SILENT;
  private ApiConnection api;
  private CaBundles bundles;

  @BeforeEach
  void start() {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    api =
        ApiConnection.open(
            new KubernetesClientBuilder()
                .withConfig(
                    new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + port)
                        .withRequestRetryBackoffLimit(0)
                        .build()),
            new WatchLiveness(System::nanoTime));
    bundles = new CaBundles(api, InstantSource.system(), changes::incrementAndGet);
  }

  @AfterEach
  void end() {
    bundles.close();
    api.close();
    vertx.close().await();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    if (status != SILENT) {
      request
          .response()
          .setStatusCode(status)
          .end("{\"kind\": \"Status\", \"code\": " + status + ", \"message\": \"no\"}");
    }
  }

  private static ModelProvider naming(String configMap) {
    return Serialization.unmarshal(
        """
        metadata: {namespace: team, name: p-%1$s}
        spec:
          type: OpenAICompatible
          endpoint: https://p.example/v1
          models: [{name: m}]
          tls: {caBundle: {configMapRef: {name: %1$s}}}
        """
            .formatted(configMap),
        ModelProvider.class);
  }

  @Test
  void whoMayNotReadOneDoesNotWaitForIt() throws Exception {
    status = 403;
    bundles.follow(List.of(naming("other"))).get(60, TimeUnit.SECONDS);
    assertThat(bundles.refused()).containsExactly(new ObjectKey("team", "other"));
    until("whoever compiles hears of it", () -> changes.get() == 1);
    until("it is asked for again", () -> asked.get() > 1);
    assertThat(changes).hasValue(1);
  }

  @Test
  void anApiServerThatIsAwayIsNoRefusal() {
    status = 503;
    var listed = bundles.follow(List.of(naming("other")));
    until("it is asked for again", () -> asked.get() > 2);
    assertThat(listed).isNotDone();
    assertThat(bundles.refused()).isEmpty();
  }

  @Test
  void oneThatDoesNotComeIsWaitedForOnce() {
    ModelProvider first = naming("first");
    assertThat(bundles.follow(List.of(first))).isNotDone();
    assertThat(bundles.follow(List.of(first))).isDone();
    assertThat(bundles.follow(List.of(first, naming("second")))).isNotDone();
  }
}
