package io.tidegate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.admit.NamespaceLookup;
import io.tidegate.operator.serve.BoundedClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labels by a cache that is behind, and by an API server that may refuse. */
class NamespaceLookupTest {
  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void label() {
    cluster.namespace("team", Map.of("tidegate.io/inject", "enabled"));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private NamespaceLookup over(Optional<Map<String, String>> cached) {
    return NamespaceLookup.cachedThenApi(
        _ -> cached, BoundedClient.of(cluster.client(), Duration.ofSeconds(30)));
  }

  @Test
  void theNewestLabelsAreTheApiServers() {
    NamespaceLookup lookup = over(Optional.of(Map.of()));
    assertThat(lookup.labelsOf("team")).isEmpty();
    assertThat(lookup.newestLabelsOf("team")).containsEntry("tidegate.io/inject", "enabled");
  }

  @Test
  void whereTheApiServerDoesNotAnswerTheCacheDecides() {
    cluster.forbidden.add("/api/v1/namespaces/team");
    assertThat(over(Optional.of(Map.of("a", "b"))).newestLabelsOf("team"))
        .isEqualTo(Map.of("a", "b"));
    assertThatThrownBy(() -> over(Optional.empty()).labelsOf("team"))
        .isInstanceOf(KubernetesClientException.class);
  }
}
