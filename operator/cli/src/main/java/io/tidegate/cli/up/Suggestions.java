package io.tidegate.cli.up;

import io.tidegate.cli.local.LocalPod;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** The next commands to type, fitted to what the directory holds. */
final class Suggestions {
  private final Path directory;

  Suggestions(Path directory) {
    this.directory = directory;
  }

  void print(List<LocalPod> pods, PrintStream out) {
    if (pods.isEmpty()) {
      return;
    }
    out.println("Type next, in another terminal (files of " + directory + "):");
  }
}
