package io.tidegate.cli.get;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.embedded.EmbeddedApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As kubectl shows them: {@code get mr,mp}. */
class SeveralKindsTest {
  @TempDir Path dir;
  private EmbeddedApi api;
  private Path kubeconfig;

  @BeforeEach
  void start() throws IOException {
    api = EmbeddedApi.start("127.0.0.1", 0, (n, s) -> Optional.empty(), InstantSource.system());
    kubeconfig = Files.writeString(dir.resolve("kubeconfig"), api.kubeconfig());
    try (KubernetesClient client = api.client()) {
      CrdFiles.load().forEach(crd -> client.resource(crd).create());
      create(
          client, "ModelRoute", "chat", "{rules: [{name: a, targets: [{provider: p, model: m}]}]}");
      create(
          client,
          "ModelProvider",
          "p",
          "{type: OpenAICompatible, endpoint: 'https://p.example', models: [{name: m, id: m}]}");
    }
  }

  private static void create(KubernetesClient client, String kind, String name, String spec) {
    client
        .resource(
            "apiVersion: tidegate.io/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec: %s"
                .formatted(kind, name, spec))
        .inNamespace("default")
        .create();
  }

  @AfterEach
  void end() {
    api.close();
  }

  private List<String> get(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> args = new ArrayList<>(List.of(words));
    args.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    GetCommand.run(args, print, print, Map.of());
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void theirTablesStandBelowOneAnotherAndNamesSayTheKind() {
    List<String> shown = get("mr,tb,mp");
    assertThat(shown).hasSize(5);
    assertThat(shown.get(0)).startsWith("NAME ");
    assertThat(shown.get(1)).startsWith("modelroute.tidegate.io/chat ");
    assertThat(shown.get(2)).isEmpty();
    assertThat(shown.get(4)).startsWith("modelprovider.tidegate.io/p ");
    assertThat(get("mr").get(1)).startsWith("chat ");
  }

  @Test
  void aNameIsLookedForInEachAndWhatIsNowhereIsSaidSo() {
    assertThat(get("mr,mp", "p")).hasSize(2);
    assertThat(get("tb,pver"))
        .containsExactly("No tenantbudgets, promptversions found; -A looks in every namespace.");
    assertThatThrownBy(() -> get("mr,mp", "gone"))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("modelroutes,modelproviders \"gone\" not found");
    assertThatThrownBy(() -> get("mr,"))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("unknown kind");
  }
}
