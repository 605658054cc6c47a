package io.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The whole line as a user has it: {@code tidegate up DIR} as a process of its own, on a copy of a
 * directory of samples that a test may edit.
 */
final class Line implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** For what never comes: a busy machine may take long. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration START_LIMIT = Duration.ofMinutes(4);

  private final Path work;
  private final Process process;
  private final JsonNode ready;

  private Line(Path work, Process process, JsonNode ready) {
    this.work = work;
    this.process = process;
    this.ready = ready;
  }

  /** Root of the checkout: the folder that holds the modules. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("e2e") ? here.getParent() : here;
  }

  /**
   * Starts the line on a copy of the directory and waits until all is up.
   *
   * @param flags more of {@code up}'s own
   */
  static Line up(Path directory, String... flags) {
    try {
      Path work = WorkDirectory.make("e2e").path();
      Path copy = work.resolve("dir");
      copy(directory, copy);
      Path readyFile = work.resolve("ready.json");
      Path log = work.resolve("up.log");
      List<String> command =
          new ArrayList<>(
              List.of(
                  root().resolve("operator/bin/tidegate").toString(),
                  "up",
                  copy.toString(),
                  "--ready-file",
                  readyFile.toString(),
                  "--quiet"));
      command.addAll(List.of(flags));
      ProcessBuilder up = new ProcessBuilder(command);
      up.redirectErrorStream(true).redirectOutput(log.toFile());
      Process process = up.start();
      try {
        awaitReady(process, readyFile, log);
      } catch (AssertionError e) {
        process.destroy();
        throw e;
      }
      return new Line(work, process, JSON.readTree(read(readyFile)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitReady(Process process, Path readyFile, Path log) {
    await(
        START_LIMIT,
        () -> "no ready file; it printed: " + read(log),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("tidegate up ended: " + read(log));
          }
          return Files.exists(readyFile);
        });
  }

  JsonNode workload(String name) {
    for (JsonNode workload : ready.path("workloads")) {
      if (workload.path("name").asText().equals(name)) {
        return workload;
      }
    }
    throw new AssertionError("no workload " + name + " in " + ready);
  }

  /** The environment that injection gave the workload's containers, and nothing else. */
  Map<String, String> environment(String workload) {
    Map<String, String> env = new HashMap<>();
    workload(workload).path("env").forEachEntry((name, value) -> env.put(name, value.asText()));
    return env;
  }

  JsonNode ready() {
    return ready;
  }

  /** A file of the copied directory. */
  Path file(String name) {
    return work.resolve("dir").resolve(name);
  }

  String printed() {
    return read(work.resolve("up.log"));
  }

  long pid() {
    return process.pid();
  }

  /** Events of the workload's calls so far. */
  List<JsonNode> events(String workload) {
    List<JsonNode> events = new ArrayList<>();
    for (String line : read(Path.of(workload(workload).path("eventsFile").asText())).split("\n")) {
      if (line.startsWith("{")) {
        try {
          events.add(JSON.readTree(line));
        } catch (IOException e) {
          throw new UncheckedIOException("not an event: " + line, e);
        }
      }
    }
    return events;
  }

  /** Runs a program with only the workload's injected environment beside PATH and HOME. */
  List<String> run(String workload, String... command) {
    try {
      Path out = Files.createTempFile(work, "program-", ".log");
      ProcessBuilder program = new ProcessBuilder(command);
      program.environment().keySet().removeIf(k -> !k.equals("PATH") && !k.equals("HOME"));
      program.environment().putAll(environment(workload));
      program.redirectErrorStream(true).redirectOutput(out.toFile());
      Process running = program.start();
      if (!running.waitFor(240, TimeUnit.SECONDS)) {
        running.destroyForcibly();
        throw new AssertionError(List.of(command) + " does not end: " + read(out));
      }
      return Files.readAllLines(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Ends the line as Ctrl-C does and waits for it. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    try {
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("tidegate up does not end: " + printed());
      }
      await(
          PATIENCE,
          () -> "left behind: " + all,
          () -> all.stream().noneMatch(ProcessHandle::isAlive));
      new WorkDirectory(work).close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Polls the condition until it holds or the limit is over. */
  static void await(Duration limit, Supplier<String> message, Supplier<Boolean> condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.get()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(message.get());
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
