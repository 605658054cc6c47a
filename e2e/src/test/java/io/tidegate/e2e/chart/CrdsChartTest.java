package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dtidegate.regenerate=true} to rewrite the chart's templates. */
class CrdsChartTest {
  @Test
  void templatesAreMadeOfTheGeneratedDefinitions() throws IOException {
    Map<String, String> expected = CrdTemplates.expected();
    Path templates = Chart.CRDS.directory().resolve("templates");
    if (Boolean.getBoolean("tidegate.regenerate")) {
      for (Map.Entry<String, String> file : expected.entrySet()) {
        Files.writeString(templates.resolve(file.getKey()), file.getValue());
      }
    }
    Map<String, String> committed = new TreeMap<>();
    for (Path template : Chart.CRDS.templates()) {
      if (template.toString().endsWith(".yaml")) {
        committed.put(template.getFileName().toString(), Files.readString(template));
      }
    }
    assertThat(committed)
        .as("charts/tidegate-crds; run this test with -Dtidegate.regenerate=true, review the diff")
        .isEqualTo(expected);
  }

  @Test
  void whatIsRenderedIsWhatWasGenerated() throws IOException {
    List<HasMetadata> generated = new ArrayList<>();
    for (String yaml : CrdTemplates.generated().values()) {
      generated.add(Serialization.unmarshal(yaml, CustomResourceDefinition.class));
    }
    List<HasMetadata> rendered = Chart.CRDS.render().objects();
    rendered.forEach(
        crd -> {
          assertThat(crd.getMetadata().getAnnotations())
              .containsOnly(Map.entry("helm.sh/resource-policy", "keep"));
          assertThat(crd.getMetadata().getLabels())
              .containsEntry("app.kubernetes.io/part-of", "tidegate")
              .containsEntry("helm.sh/chart", "tidegate-crds-0.1.0");
          crd.getMetadata().setAnnotations(Map.of());
          crd.getMetadata().setLabels(Map.of());
        });
    assertThat(rendered).hasSize(5).containsExactlyInAnyOrderElementsOf(generated);
  }
}
