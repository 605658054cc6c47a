package io.tidegate.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The shell scripts of {@code e2e/cluster}, which tests and {@code e2e/bin/cluster} share. */
final class Scripts {
  /** Longer than any of them takes that does not build. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private Scripts() {}

  /** One of them, from the folder of the module or from the root of the checkout. */
  static Path path(String name) {
    Path here = Path.of("").toAbsolutePath();
    Path module = here.endsWith("e2e") ? here : here.resolve("e2e");
    return module.resolve("cluster").resolve(name);
  }

  /** Runs one of them to its end. */
  static Ran run(String name, String... arguments) {
    return run(new ProcessBuilder(command(name, arguments)));
  }

  /** The command line of one of them. */
  static List<String> command(String name, String... arguments) {
    return Stream.concat(Stream.of(path(name).toString()), Stream.of(arguments)).toList();
  }

  /** Runs a program to its end. What it leaves running in the background is not waited for. */
  static Ran run(ProcessBuilder program) {
    try {
      Path out = Files.createTempFile("ran-", ".out");
      Path err = Files.createTempFile("ran-", ".err");
      try {
        Process process = program.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(program.command() + " does not end: " + Files.readString(err));
        }
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + program.command() + " runs", e);
    }
  }
}
