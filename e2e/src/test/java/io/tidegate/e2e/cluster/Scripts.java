package io.tidegate.e2e.cluster;

import java.nio.file.Path;

/** The shell scripts of {@code e2e/cluster}, which tests and {@code e2e/bin/cluster} share. */
final class Scripts {
  private Scripts() {}

  /** One of them, from the folder of the module or from the root of the checkout. */
  static Path path(String name) {
    Path here = Path.of("").toAbsolutePath();
    Path module = here.endsWith("e2e") ? here : here.resolve("e2e");
    return module.resolve("cluster").resolve(name);
  }
}
