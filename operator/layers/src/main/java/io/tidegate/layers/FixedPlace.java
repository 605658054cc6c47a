package io.tidegate.layers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A directory that has the same path on every machine, for what writes its own path into its
 * results, as the JVM does with the class path of an AOT cache. One process at a time has it; what
 * a killed one left is deleted.
 */
record FixedPlace(Path directory, FileChannel channel, FileLock lock) implements AutoCloseable {
  static FixedPlace claim(String name) throws IOException {
    Path directory = Path.of("/tmp", name);
    FileChannel channel =
        FileChannel.open(
            Path.of("/tmp", name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.lock();
      Tree.delete(directory);
      Files.createDirectory(directory);
      return new FixedPlace(directory, channel, lock);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    Tree.delete(directory);
    channel.close();
  }
}
