package io.tidegate.operator.watch;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.reach.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The start against an API server that is slow, away, or without our definitions. */
class DefinitionsTest {
  private static final Set<String> PLURALS =
      Set.of("modelproviders", "modelroutes", "tenantbudgets", "promptversions", "sidecarprofiles");

  private final Vertx vertx = Vertx.vertx();
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int status = 200;
  private volatile boolean silent;
  private final Patience patience = new Patience(Duration.ofMillis(5), Duration.ofMillis(20));
  private CompletableFuture<Void> started = CompletableFuture.completedFuture(null);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withAutoConfigure(false)
                    .withMasterUrl("http://127.0.0.1:" + port)
                    .withRequestTimeout(200)
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void end() {
    status = 403;
    silent = false;
    started.exceptionally(_ -> null).join();
    client.close();
    vertx.close().await();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    String plural = request.path().substring(request.path().lastIndexOf('/') + 1);
    if (silent) {
      return;
    }
    request.response().putHeader("Content-Type", "application/json");
    int code = status != 200 ? status : known.contains(plural) ? 200 : 404;
    request
        .response()
        .setStatusCode(code)
        .end(
            code == 200
                ? "{\"items\": [], \"metadata\": {}}"
                : "{\"kind\": \"Status\", \"code\": " + code + ", \"message\": \"no\"}");
  }

  private CompletableFuture<Void> awaited() {
    started = CompletableFuture.runAsync(() -> new Definitions(client).await(patience));
    return started;
  }

  private void askedAgain() {
    int before = asked.get();
    until("another try", () -> asked.get() > before + 5);
  }

  @Test
  void theStartGoesOnOnceTheLastDefinitionIsThere() throws Exception {
    known.addAll(PLURALS);
    known.remove("tenantbudgets");
    CompletableFuture<Void> started = awaited();
    askedAgain();
    assertThat(started).isNotDone();
    known.add("tenantbudgets");
    started.get(60, TimeUnit.SECONDS);
  }

  @Test
  void theStartWaitsForAnApiServerThatDoesNotAnswerInTime() throws Exception {
    known.addAll(PLURALS);
    silent = true;
    CompletableFuture<Void> started = awaited();
    until("more than one try", () -> asked.get() > 1);
    assertThat(started).isNotDone();
    silent = false;
    status = 503;
    askedAgain();
    assertThat(started).isNotDone();
    status = 200;
    started.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aRefusalEndsTheStart() {
    status = 403;
    assertThatThrownBy(() -> new Definitions(client).await(patience))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void whatIsMissingIsNamedWithTheNextStep() {
    Definitions definitions = new Definitions(client);
    assertThat(patience.ask("our kinds", definitions::lack).orElseThrow())
        .contains("modelproviders.tidegate.io, modelroutes.tidegate.io")
        .contains("helm install tidegate-crds");
    known.addAll(PLURALS);
    assertThat(patience.ask("our kinds", definitions::lack)).isEmpty();
  }
}
