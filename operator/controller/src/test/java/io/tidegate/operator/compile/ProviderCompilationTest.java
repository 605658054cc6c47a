package io.tidegate.operator.compile;

import static io.tidegate.operator.compile.Cluster.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Provider;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a workload is told of the providers that its routes name. */
class ProviderCompilationTest {
  @Test
  void aSnapshotMayUseTheCredentialsOfItsOwnProvidersOnly() {
    Cluster cluster =
        new Cluster()
            .pod("team", "pod")
            .pod("other", "stranger")
            .anthropic(OPERATOR, "claude")
            .route(
                OPERATOR,
                "r",
                "{workloads: {namespaceSelector: {matchLabels: {a: b}}}, "
                    + "rules: [{name: all, targets: [{provider: claude, model: m}]}]"
                    + "}")
            .namespace("team", Map.of("a", "b"));
    Compilation compilation = cluster.compile();
    assertThat(compilation.forPod("uid-pod").credentials())
        .containsExactly(
            Map.entry(
                OPERATOR + "/claude", new WorkloadSnapshot.SecretKey(OPERATOR, "key", "apiKey")));
    assertThat(compilation.forPod("uid-stranger").credentials()).isEmpty();
  }

  @Test
  void aProviderWithoutAnEndpointGetsItsPublicOne() {
    Cluster cluster =
        new Cluster().pod("t", "pod").anthropic(OPERATOR, "p").routeTo(OPERATOR, "r", "p");
    Provider provider = cluster.compile().forPod("uid-pod").snapshot().providers().getFirst();
    assertThat(provider.endpoint()).isEqualTo("https://api.anthropic.com");
    assertThat(provider.timeouts()).isEqualTo(new Provider.Timeouts(5000, 60_000, 60_000, 600_000));
    assertThat(provider.models().getFirst().id()).isEqualTo("m");
  }
}
