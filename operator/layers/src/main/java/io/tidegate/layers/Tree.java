package io.tidegate.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that becomes a layer: plain files only, and all of one time.
 *
 * <p>The time is the one that Jib gives to files of an image. The JVM compares the jars' times with
 * those of the AOT cache, so the files have it already when the cache is made.
 */
record Tree(Path root) {
  static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

  /** An empty one, whatever was there. */
  static Tree fresh(Path root) throws IOException {
    delete(root);
    Files.createDirectories(root);
    return new Tree(root);
  }

  Path at(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  void directory(String absolute) throws IOException {
    Files.createDirectories(at(absolute));
  }

  void text(String absolute, String content) throws IOException {
    bytes(absolute, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  void bytes(String absolute, byte[] content) throws IOException {
    Path file = at(absolute);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setLastModifiedTime(file, TIME);
  }

  /** A link's target in its place. */
  void copy(Path from, String absolute) throws IOException {
    Path file = at(absolute);
    Files.createDirectories(file.getParent());
    Files.copy(from, file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, TIME);
  }

  /** Every file below a directory, in one order; links that lead nowhere in it are left out. */
  void copyAll(Path from, String absolute) throws IOException {
    for (Path file : files(from)) {
      if (Files.isRegularFile(file)) {
        copy(file, absolute + "/" + from.relativize(file));
      }
    }
  }

  /** Files and links below a directory, sorted by name. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  static void delete(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
