package io.tidegate.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.e2e.cluster.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One of the charts of this project, under Helm's own library. */
public final class Chart {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  public static final Chart CRDS = new Chart("tidegate-crds");
  public static final Chart OPERATOR = new Chart("tidegate");

  static final String RELEASE = "tidegate";
  public static final String NAMESPACE = "tidegate-system";

  /** Helm's library assumes a version before the charts' first. */
  static final String KUBE_VERSION = "1.36.0";

  private final Path directory;

  private Chart(String name) {
    this.directory = ROOT.resolve("charts").resolve(name);
  }

  Path directory() {
    return directory;
  }

  /**
   * Installs it under its own name, which is that of its directory, into {@link #NAMESPACE}.
   *
   * @param more further arguments of {@code helm install}
   */
  public void install(Cluster cluster, String... more) {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "install",
                    directory.getFileName().toString(),
                    directory.toString(),
                    "--namespace",
                    NAMESPACE,
                    "--create-namespace"),
                Stream.of(more))
            .toList();
    cluster.run("helm", arguments.toArray(String[]::new)).orFail();
  }

  Rendering render() {
    return render(Map.of());
  }

  /**
   * What {@code helm template} prints.
   *
   * @throws IllegalStateException with Helm's words if the schema or a template refuses the values
   */
  Rendering render(Map<String, ?> values) {
    Path file = null;
    try {
      file = Files.createTempFile("tidegate-values", ".yaml");
      Files.writeString(file, Serialization.asJson(values));
      TemplateCommand command =
          new Helm(directory)
              .template()
              .withName(RELEASE)
              .withNamespace(NAMESPACE)
              .withKubeVersion(KUBE_VERSION)
              .withValuesFile(file);
      return Rendering.of(command.call());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that {@code helm lint --strict} says. */
  List<String> lint() {
    return new Helm(directory).lint().strict().call().getMessages();
  }

  JsonNode values() {
    return Serialization.unmarshal(text("values.yaml"), JsonNode.class);
  }

  JsonNode schema() {
    return Serialization.unmarshal(text("values.schema.json"), JsonNode.class);
  }

  /** Of a file of the chart. */
  String text(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Path> templates() {
    try (Stream<Path> files = Files.list(directory.resolve("templates"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
