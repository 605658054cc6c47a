package io.tidegate.layers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that is run to its end.
 *
 * @param directory that it runs in
 */
record Command(Path directory, List<String> words) {
  private static final long LIMIT_SECONDS = 300;

  /** By which a builder's own settings would reach what a JVM makes. */
  private static final List<String> BUILDERS =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "TZ");

  static Command of(Path directory, String... words) {
    return new Command(directory, List.of(words));
  }

  static Command of(Path directory, List<String> words) {
    return new Command(directory, words);
  }

  /** Whether the program is there to be run. */
  static boolean exists(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * @return what it printed
   * @throws Failed if it ends with another status than 0, or not in time
   */
  String run() throws IOException {
    Path out = Files.createTempFile("tidegate-layers-", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
      BUILDERS.forEach(builder.environment()::remove);
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.redirectErrorStream(true).redirectOutput(out.toFile());
      Process process = builder.start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String printed = Files.readString(out, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new Failed(
            words.getFirst() + (ended ? " failed: " : " did not end: ") + printed.strip());
      }
      return printed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed(words.getFirst() + " was interrupted");
    } finally {
      Files.delete(out);
    }
  }

  /** The program did not do its work; the message has what it printed. */
  static final class Failed extends IOException {
    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message);
    }
  }
}
