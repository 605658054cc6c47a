package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dtidegate.regenerate=true} to rewrite charts/manifests. */
class ManifestsTest {
  static final Path FILE = Chart.ROOT.resolve("charts/manifests/tidegate.yaml");

  /** What only Helm may say of itself. */
  private static final List<String> HELM =
      List.of("# Source: ", "    helm.sh/chart: ", "    app.kubernetes.io/managed-by: Helm");

  private static final String HEAD =
      """
      # The chart charts/tidegate under its defaults, for who applies plain YAML; made by a test of e2e, not by hand.
      # Apply crds/generated first, both with kubectl apply --server-side.
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: tidegate-system
        labels:
          app.kubernetes.io/part-of: tidegate
          pod-security.kubernetes.io/enforce: restricted
      """;

  private static String expected() {
    StringBuilder text = new StringBuilder(HEAD);
    Chart.OPERATOR
        .render()
        .yaml()
        .lines()
        .filter(line -> HELM.stream().noneMatch(line::startsWith))
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  @Test
  void theManifestsAreWhatTheChartGives() throws IOException {
    if (Boolean.getBoolean("tidegate.regenerate")) {
      Files.writeString(FILE, expected());
    }
    assertThat(Files.readString(FILE))
        .as("run this test with -Dtidegate.regenerate=true and review the diff")
        .isEqualTo(expected());
  }

  @Test
  void everyObjectOfTheChartIsThereAndNoneClaimsToBeHelms() throws IOException {
    Rendering manifests = Rendering.of(Files.readString(FILE));
    List<String> names = new ArrayList<>(Chart.OPERATOR.render().names());
    names.add("Namespace tidegate-system");
    assertThat(manifests.names()).containsExactlyInAnyOrderElementsOf(names);
    for (HasMetadata object : manifests.objects()) {
      assertThat(object.getMetadata().getLabels())
          .as(Rendering.name(object))
          .doesNotContainKeys("app.kubernetes.io/managed-by", "helm.sh/chart");
    }
    assertThat(manifests.objects().getFirst()).isInstanceOf(Namespace.class);
  }
}
