package io.tidegate.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of one run, readable by its user alone: {@code run-PID} below the user's runtime
 * directory. A run that died without cleaning up is cleaned up after by the next.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String PREFIX = "run-";
  private static final String KUBECONFIG = "kubeconfig";
  private static final String ABOUT = "about";

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /**
   * Where runs keep their files: {@code XDG_RUNTIME_DIR}, else the system's place for temporary
   * ones.
   */
  public static Path base(Map<String, String> environment) {
    String runtime = environment.get("XDG_RUNTIME_DIR");
    return runtime != null && Files.isDirectory(Path.of(runtime))
        ? Path.of(runtime, "tidegate")
        : Path.of(
            System.getProperty("java.io.tmpdir"), "tidegate-" + System.getProperty("user.name"));
  }

  /**
   * Makes this process's directory and removes those of processes that are gone.
   *
   * @throws IOException when the base cannot be written or belongs to somebody else
   */
  public static RunDirectory create(Path base) throws IOException {
    Files.createDirectories(base);
    if (!Files.getOwner(base).getName().equals(System.getProperty("user.name"))) {
      throw new IOException(base + " belongs to " + Files.getOwner(base).getName());
    }
    restrict(base);
    for (Path stale : runs(base)) {
      if (!isAlive(stale)) {
        delete(stale);
      }
    }
    Path own = base.resolve(PREFIX + ProcessHandle.current().pid());
    delete(own);
    Files.createDirectory(own);
    restrict(own);
    return new RunDirectory(own);
  }

  /**
   * A run that somebody else may speak to.
   *
   * @param about what it runs
   */
  public record Running(long pid, Path kubeconfig, String about) {}

  /** The runs that are alive and have an API, the newest first. */
  public static List<Running> running(Path base) throws IOException {
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    return runs(base).stream()
        .filter(RunDirectory::isAlive)
        .filter(run -> Files.isReadable(run.resolve(KUBECONFIG)))
        .sorted(Comparator.comparing((Path run) -> modified(run.resolve(KUBECONFIG))).reversed())
        .map(run -> new Running(pid(run), run.resolve(KUBECONFIG), about(run)))
        .toList();
  }

  private static String about(Path run) {
    try {
      return Files.readString(run.resolve(ABOUT)).strip();
    } catch (IOException e) {
      return "a directory that it does not name";
    }
  }

  /** Says to others what this run runs. */
  public void describe(String about) throws IOException {
    writePrivate(path.resolve(ABOUT), about + "\n");
  }

  public Path path() {
    return path;
  }

  public Path kubeconfig() {
    return path.resolve(KUBECONFIG);
  }

  /** Makes a directory that only its user may enter. */
  public Path directory(String... names) throws IOException {
    Path made = path;
    for (String name : names) {
      made = made.resolve(name);
      Files.createDirectories(made);
      restrict(made);
    }
    return made;
  }

  /** Writes a file that only its user may read. */
  public static void writePrivate(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static void restrict(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  /** Deletes a directory with what is in it; one that is gone already is no error. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e.getCause();
      }
    }
  }

  private static List<Path> runs(Path base) throws IOException {
    try (Stream<Path> all = Files.list(base)) {
      return all.filter(p -> p.getFileName().toString().matches(PREFIX + "\\d+")).toList();
    }
  }

  private static boolean isAlive(Path run) {
    return ProcessHandle.of(pid(run)).map(ProcessHandle::isAlive).orElse(false);
  }

  private static long pid(Path run) {
    return Long.parseLong(run.getFileName().toString().substring(PREFIX.length()));
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() throws IOException {
    delete(path);
  }
}
