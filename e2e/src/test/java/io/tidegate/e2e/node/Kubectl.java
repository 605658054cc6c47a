package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;

import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.cluster.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a person types, in one namespace. */
record Kubectl(Cluster cluster, String namespace) {
  /** Its standard output; fails where it fails. */
  String run(String... arguments) {
    return ran(arguments).orFail();
  }

  Ran ran(String... arguments) {
    return cluster.run(
        "kubectl",
        Stream.concat(Stream.of("--namespace", namespace), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** Objects of any namespace: each names its own. */
  static void apply(Cluster cluster, String yaml) {
    withFile(cluster, yaml, "apply");
  }

  /** Sends this to a path of the API server, and returns what comes back. */
  static String post(Cluster cluster, String path, String body) {
    return withFile(cluster, body, "create", "--raw", path);
  }

  private static String withFile(Cluster cluster, String content, String... command) {
    try {
      Path file = Files.createTempFile("tidegate-objects-", ".yaml");
      try {
        Files.writeString(file, content);
        return cluster
            .run(
                "kubectl",
                Stream.concat(Stream.of(command), Stream.of("--filename", file.toString()))
                    .toArray(String[]::new))
            .orFail();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a container printed; nothing while it has not begun. */
  String log(String object, String container) {
    Ran ran = ran("logs", object, "--container", container, "--tail", "-1");
    return ran.exit() == 0 ? ran.out() : "";
  }

  /**
   * Waits until {@code kubectl describe} shows this.
   *
   * @param what kind, and name or selector, one space between them
   */
  void untilDescribed(String what, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    String[] command = ("describe " + what).split(" ");
    until(() -> pattern + " in " + run(command), () -> compiled.matcher(run(command)).find());
  }
}
