package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tidegate.api.ModelProvider;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the operator may not read concerns the objects that name it, and nobody else. */
@Timeout(180)
class ForbiddenReadsLineTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestCluster cluster = new TestCluster();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private CompletableFuture<Operator> starting = CompletableFuture.completedFuture(null);

  @BeforeEach
  void policy() {
    cluster.namespace("team", Map.of());
    cluster.policy("team");
    cluster.pod("team", "app");
  }

  @AfterEach
  void close() {
    cluster.forbidden.clear();
    Operator operator = starting.join();
    if (operator != null) {
      operator.close();
    }
    thread.shutdown();
    cluster.close();
    vertx.close().await();
  }

  private Operator start(String... settings) throws Exception {
    starting = CompletableFuture.supplyAsync(() -> cluster.operator(settings), thread);
    return starting.get(60, TimeUnit.SECONDS);
  }

  private void serves(Operator operator) {
    try (StubSidecar sidecar =
        new StubSidecar(vertx, operator).connect(TestCluster.token("team", "app"))) {
      until("its configuration", () -> sidecar.configurations().size() == 1);
      assertThat(sidecar.newest().routes()).hasSize(1);
    }
  }

  private void provider(String name, String more) {
    cluster.apply(
        ModelProvider.class,
        "team",
        name,
        "{type: OpenAICompatible, endpoint: 'https://p.example/v1', models: [{name: m}], "
            + more
            + "}");
  }

  private boolean says(String provider, String sentence) {
    ModelProvider held =
        cluster
            .client()
            .resources(ModelProvider.class)
            .inNamespace("team")
            .withName(provider)
            .get();
    return held.getStatus() != null
        && held.getStatus().conditions().stream()
            .anyMatch(condition -> condition.message().contains(sentence));
  }

  @Test
  void aBundleThatMayNotBeReadKeepsNoOperatorUnready() throws Exception {
    cluster.forbidden.add("/api/v1/namespaces/team/configmaps");
    provider("theirs", "tls: {caBundle: {configMapRef: {name: other}}}");
    serves(start());
    until(
        "its provider says what is missing",
        () ->
            says("theirs", "ConfigMap team/other, which the operator may not read")
                && says("theirs", "caBundles.configMapNames"));

    cluster.forbidden.clear();
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("team")
                .withName("other")
                .endMetadata()
                .addToData("ca.crt", "no certificate")
                .build())
        .create();
    until("it is read once it may be", () -> says("theirs", "which is no PEM"));
  }

  @Test
  void secretsThatMayNotBeReadKeepNoOperatorUnready() throws Exception {
    cluster.forbidden.add("/api/v1/namespaces/team/secrets");
    provider("keyed", "credentials: {apiKey: {secretRef: {name: key}}}");
    serves(start("SECRET_NAMESPACES", "tidegate-system,team"));
    until(
        "its provider says what is missing",
        () -> says("keyed", "a Secret in namespace team, where the operator may read none"));

    cluster.forbidden.clear();
    until("it is granted after all", () -> says("keyed", "Secret team/key, which does not exist"));
  }

  @Test
  void podsThatMayNotBeReadKeepItUnreadyUntilTheyMay() {
    cluster.forbidden.add("/api/v1/pods");
    starting = CompletableFuture.supplyAsync(() -> cluster.operator(), thread);
    until("refused again and again", () -> cluster.refusals.get() > 4);
    assertThat(starting).isNotDone();
    cluster.forbidden.clear();
    serves(starting.join());
  }
}
