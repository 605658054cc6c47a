package io.tidegate.sidecar.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file of mode 0600 that is replaced as a whole: a reader, or a start after power was lost, sees
 * the old content or the new, never a mixture. Blocks; not for the event loop.
 */
final class AtomicFile {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Path next;

  AtomicFile(Path file) {
    this.file = file;
    this.next = file.resolveSibling(file.getFileName() + ".next");
  }

  void write(ByteBuffer content) throws IOException {
    Files.createDirectories(file.getParent());
    // Deleted first, so that the mode is the new file's and not that of one left behind.
    Files.deleteIfExists(next);
    try (FileChannel channel =
        FileChannel.open(
            next,
            java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            OWNER_ONLY)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // The rename itself is durable once the directory is.
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Also what a write that was cut off left. */
  void delete() throws IOException {
    Files.deleteIfExists(next);
    Files.deleteIfExists(file);
  }

  /**
   * Null if there is no such file.
   *
   * @throws IOException also if it is longer than {@code maxBytes}
   */
  byte[] read(long maxBytes) throws IOException {
    return readIfPresent(file, maxBytes);
  }

  static byte[] readIfPresent(Path path, long maxBytes) throws IOException {
    if (!Files.exists(path)) {
      return null;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > maxBytes) {
        throw new IOException(path + " has " + size + " bytes, more than " + maxBytes);
      }
      ByteBuffer content = ByteBuffer.allocate((int) size);
      int read = 0;
      while (read >= 0 && content.hasRemaining()) {
        read = channel.read(content);
      }
      byte[] bytes = new byte[content.position()];
      content.flip().get(bytes);
      return bytes;
    }
  }

  Path path() {
    return file;
  }
}
