package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.config.SnapshotSize;
import io.tidegate.sidecar.policy.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A snapshot that the pod mounts, for a start without operator and without a last-known-good file.
 * Blocks; not for the event loop.
 */
final class MountedConfiguration {
  private final Path file;

  MountedConfiguration(Path file) {
    this.file = file;
  }

  /**
   * People write such files, so white space and key order do not matter: the version is that of the
   * canonical form, equal to the operator's for equal policy.
   *
   * @throws SnapshotRefused if the file is there and is no snapshot that this engine can run
   * @throws IOException if there is no such file, or it cannot be read
   */
  Policy load() throws IOException, SnapshotRefused {
    byte[] content = AtomicFile.readIfPresent(file, SnapshotSize.MAX_FRAME_BYTES);
    if (content == null) {
      throw new IOException(file + " does not exist");
    }
    String text = new String(content, StandardCharsets.UTF_8);
    return Policy.load(SnapshotCodec.encode(SnapshotCodec.decode(text)));
  }

  Path path() {
    return file;
  }
}
