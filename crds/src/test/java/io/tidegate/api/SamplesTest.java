package io.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every object of every sample is one that an API server takes. */
class SamplesTest {
  private static final Path SAMPLES = Path.of("..", "samples");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(
              file -> !file.toString().contains("/src/") && !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyObjectIsTaken(Path file) throws IOException {
    List<String> complaints = new ArrayList<>();
    for (String document : Files.readString(file).split("(?m)^---$", -1)) {
      Map<String, Object> object =
          Serialization.unmarshal(document, new TypeReference<Map<String, Object>>() {});
      if (String.valueOf(object.get("apiVersion")).startsWith("tidegate.io/")) {
        SchemaCheck.create(object)
            .forEach(complaint -> complaints.add(object.get("kind") + ": " + complaint));
      }
    }
    assertThat(complaints).isEmpty();
  }
}
