package io.tidegate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinnedVersionTest {
  @Test
  void everyStagingModuleIsOfThePinnedRelease() throws IOException {
    List<String> lines =
        Files.readAllLines(Scripts.path("go.mod")).stream().map(String::strip).toList();
    String release =
        lines.stream()
            .filter(line -> line.startsWith("k8s.io/kubernetes v1."))
            .map(line -> line.substring(line.indexOf(" v1.") + " v1.".length()))
            .findFirst()
            .orElseThrow();
    List<String> replaced = lines.stream().filter(line -> line.contains(" => ")).toList();
    assertThat(replaced)
        .hasSizeGreaterThan(25)
        .allSatisfy(line -> assertThat(line).startsWith("k8s.io/").endsWith(" v0." + release));
  }
}
