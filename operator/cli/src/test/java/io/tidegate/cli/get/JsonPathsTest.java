package io.tidegate.cli.get;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.cli.CrdFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonPathsTest {
  private final JsonNode object;

  JsonPathsTest() throws IOException {
    object =
        new ObjectMapper()
            .readTree(
                """
                {"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"},
                 "status": {"conditions": [{"type": "Ready", "status": "False"},
                                           {"type": "Accepted", "status": "True"}],
                            "windows": [{"remainingUsd": "1.50"}]}}
                """);
  }

  @Test
  void aFilterFindsTheConditionOfAType() {
    String path = ".status.conditions[?(@.type==\"Accepted\")].status";
    assertThat(JsonPaths.at(object, path).asText()).isEqualTo("True");
    assertThat(JsonPaths.at(object, ".status.windows[0].remainingUsd").asText()).isEqualTo("1.50");
    assertThat(JsonPaths.at(object, ".status.nothing[3].here").isMissingNode()).isTrue();
  }

  @Test
  void everyPrinterColumnOfOurKindsIsUnderstood() {
    CrdFiles.load()
        .forEach(
            d -> {
              Columns columns =
                  new Columns(
                      d.getSpec().getNames().getKind(),
                      Optional.of(d),
                      true,
                      () -> Instant.parse("2026-01-01T01:30:00Z"));
              List<String> cells = columns.cells(object);
              assertThat(cells).hasSameSizeAs(columns.headings());
              assertThat(cells.get(columns.headings().indexOf("Age"))).isEqualTo("90m");
            });
  }
}
