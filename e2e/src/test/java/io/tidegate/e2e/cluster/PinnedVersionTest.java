package io.tidegate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinnedVersionTest {
  @Test
  void everyStagingModuleIsOfThePinnedRelease() throws IOException {
    List<String> lines = lines("go.mod");
    List<String> replaced = lines.stream().filter(line -> line.contains(" => ")).toList();
    assertThat(replaced)
        .hasSizeGreaterThan(25)
        .allSatisfy(
            line -> assertThat(line).startsWith("k8s.io/").endsWith(" v0." + release(lines)));
  }

  /** What the cluster's programs were compiled from serves for it too. */
  @Test
  void certManagersClientIsOfThePinnedRelease() throws IOException {
    String release = " v0." + release(lines("go.mod"));
    assertThat(lines("cert-manager/go.mod"))
        .contains("k8s.io/client-go" + release, "k8s.io/apimachinery" + release);
  }

  private static String release(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("k8s.io/kubernetes v1."))
        .map(line -> line.substring(line.indexOf(" v1.") + " v1.".length()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(Scripts.path(file)).stream().map(String::strip).toList();
  }
}
