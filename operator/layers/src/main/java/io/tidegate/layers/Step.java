package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One layer's making, skipped if what it is made from has not changed since.
 *
 * @param stamp file that holds the key of what is there
 */
record Step(Path stamp) {
  /** What fills a fresh directory. */
  interface Work {
    void fill(Tree tree) throws IOException;
  }

  static Step of(Path directory) {
    return new Step(directory.resolveSibling(directory.getFileName() + ".key"));
  }

  /**
   * @return whether anything was done
   */
  boolean run(Path directory, String key, Work work) throws IOException {
    if (Files.exists(stamp)
        && Files.isDirectory(directory)
        && Files.readString(stamp).equals(key)) {
      return false;
    }
    Files.deleteIfExists(stamp);
    work.fill(Tree.fresh(directory));
    Files.writeString(stamp, key);
    return true;
  }
}
