package io.tidegate.sidecar;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How the sidecar's Java machine is run, wherever it is started: the lines of the resource {@code
 * jvm-options}, which is also an argument file ({@code java @jvm-options}).
 */
public final class JvmOptions {
  private static final String RESOURCE = "jvm-options";

  private JvmOptions() {}

  public static List<String> ofSidecar() {
    try (InputStream in = JvmOptions.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
