package io.tidegate.e2e.fuzz;

import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A snapshot is proven or refused, whatever came over the wire or stood in a file. */
public final class SnapshotFuzz {
  private SnapshotFuzz() {}

  static List<String> seeds() throws IOException {
    return List.of(
        Files.readString(Path.of("../sidecar/src/test/resources/wire/snapshot.json")),
        "{\"schemaVersion\":1}");
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      Policy.load(new String(input, StandardCharsets.UTF_8));
    } catch (SnapshotRefused refused) {
      if (refused.getMessage().isBlank()) {
        throw new AssertionError("refused without a reason", refused);
      }
    }
  }
}
