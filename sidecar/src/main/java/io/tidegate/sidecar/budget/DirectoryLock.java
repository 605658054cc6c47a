package io.tidegate.sidecar.budget;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * {@code budget.lock}, held until the process ends: two ledgers in one directory would each spend
 * the whole budget. The kernel gives it back after kill -9. It is no lock on the journal itself,
 * since that file is replaced.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws IOException if the directory cannot be used or another ledger uses it; the message says
   *     so
   */
  static DirectoryLock take(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("budget.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new DirectoryLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // This very process holds it: the same answer as if another did.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException("another ledger uses it; give each sidecar a directory of its own");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
