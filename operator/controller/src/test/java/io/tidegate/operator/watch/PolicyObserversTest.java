package io.tidegate.operator.watch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PolicyObserversTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void end() {
    vertx.close().await();
  }

  /** An API server that answers nothing. */
  private KubernetesClient silent() {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(_ -> {})
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl("http://127.0.0.1:" + port)
                .withRequestTimeout(100)
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  @Test
  void aStartThatListsNothingInTimeEndsWithASentence() {
    try (KubernetesClient client = silent();
        PolicyObservers observers =
            new PolicyObservers(client, InstantSource.system(), () -> {}, Duration.ofSeconds(1))) {
      assertThatThrownBy(observers::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("The API server did not list modelproviders, modelroutes, ")
          .hasMessageContaining(" within 1 s; next: ");
    }
  }
}
