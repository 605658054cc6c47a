package io.tidegate.cli.up;

import io.tidegate.cli.Arguments;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.manifest.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code up} was told.
 *
 * @param kubeconfig an API server to use instead of the embedded one
 * @param readyFile where to say, as JSON, that all is up
 * @param apiPort port of the embedded API; empty: 6443, or a free one where that is taken
 */
record UpOptions(
    Path directory,
    boolean quiet,
    Optional<Path> kubeconfig,
    Optional<Path> readyFile,
    Optional<Integer> apiPort) {

  /**
   * @throws CliFailure on a wrong flag, or a directory that is missing or holds no YAML
   */
  static UpOptions parse(List<String> args) {
    Arguments parsed =
        Arguments.parse(
            "up", args, Set.of("--kubeconfig", "--ready-file", "--api-port"), Set.of("--quiet"));
    if (parsed.words().size() != 1) {
      throw CliFailure.usage("up needs one directory\n    next: tidegate up samples/quickstart");
    }
    Path directory = Path.of(parsed.words().getFirst());
    check(directory);
    return new UpOptions(
        directory,
        parsed.has("--quiet"),
        parsed.value("--kubeconfig").map(Path::of),
        parsed.value("--ready-file").map(UpOptions::readyFile),
        parsed.value("--api-port").map(UpOptions::port));
  }

  private static void check(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw CliFailure.failed(
          directory
              + (Files.exists(directory) ? " is no directory" : " does not exist")
              + "\n    next: name a directory of YAML files, such as samples/quickstart");
    }
    try {
      if (new ManifestReader(directory).files().isEmpty()) {
        throw CliFailure.failed(
            directory
                + " holds no .yaml or .yml file\n    next: put a ModelProvider and a ModelRoute"
                + " there, or start from samples/quickstart");
      }
    } catch (IOException e) {
      throw CliFailure.failed(directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path readyFile(String text) {
    Path file = Path.of(text);
    Path parent = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || parent == null || !Files.isWritable(parent)) {
      throw CliFailure.failed(
          file
              + " cannot be written\n"
              + "    next: give --ready-file a file in a directory that exists");
    }
    return file;
  }

  private static int port(String text) {
    if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65535) {
      return Integer.parseInt(text);
    }
    throw CliFailure.usage(
        "--api-port needs a port, not \""
            + text
            + "\"\n    next: give a number up to 65535, or 0 for any free one");
  }
}
