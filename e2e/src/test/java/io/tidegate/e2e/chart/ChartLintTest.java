package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChartLintTest {
  @Test
  void helmFindsNothingToSay() {
    Stream.of(Chart.CRDS, Chart.OPERATOR)
        .forEach(
            chart ->
                assertThat(chart.lint())
                    .as(chart.directory().toString())
                    .containsOnly("[INFO] Chart.yaml: icon is recommended"));
  }

  @Test
  void bothChartsAreOfOneVersion() {
    JsonNode crds = metadata(Chart.CRDS);
    JsonNode operator = metadata(Chart.OPERATOR);
    for (String field : new String[] {"version", "appVersion", "kubeVersion"}) {
      assertThat(crds.path(field).asText()).isEqualTo(operator.path(field).asText()).isNotEmpty();
    }
  }

  private static JsonNode metadata(Chart chart) {
    return Serialization.unmarshal(chart.text("Chart.yaml"), JsonNode.class);
  }
}
