package io.tidegate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A new directory of this run's, that goes with all that is in it. */
public record WorkDirectory(Path path) implements AutoCloseable {
  /**
   * @param purpose a word for whoever finds it after a kill
   */
  public static WorkDirectory make(String purpose) throws IOException {
    return new WorkDirectory(Files.createTempDirectory("tidegate-" + purpose + "-"));
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
