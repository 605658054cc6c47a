package io.tidegate.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * The directory of a cluster of our own and the processes that run for it. Its guard ends them and
 * removes the directory when this process closes it or is no more.
 */
final class ClusterDirectory implements AutoCloseable {
  private static final int LINES_OF_A_LOG = 25;

  private final Path directory;
  private final Process guard;
  private final ConcurrentMap<String, Process> running = new ConcurrentHashMap<>();

  private ClusterDirectory(Path directory, Process guard) {
    this.directory = directory;
    this.guard = guard;
  }

  /** Makes the directory, with keys and kubeconfigs; {@code kind} as {@code run/prepare} has it. */
  static ClusterDirectory prepare(Programs programs, String kind) {
    try {
      Path directory = Files.createTempDirectory("tidegate-k8s-").toRealPath();
      Files.createDirectory(directory.resolve("pids"));
      Files.createDirectory(directory.resolve("logs"));
      Process guard =
          new ProcessBuilder(Scripts.path("run/guard").toString(), directory.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      ClusterDirectory made = new ClusterDirectory(directory, guard);
      try {
        made.script("prepare", programs.directory().toString(), kind);
        return made;
      } catch (RuntimeException e) {
        made.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Runs a script for this cluster to its end. */
  void script(String script, String... arguments) {
    List<String> command = command(script);
    command.addAll(List.of(arguments));
    Ran ran = Scripts.run(new ProcessBuilder(command));
    if (ran.exit() != 0) {
      throw new ClusterUnavailable(ClusterUnavailable.Reason.NO_START, ran.err() + ran.out());
    }
  }

  /** Starts the component of that name, which goes on until it is ended or killed. */
  void start(String component, String... flags) {
    List<String> command = command(component);
    command.addAll(List.of(flags));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log(component).toFile()))
              .start();
      process.getOutputStream().close();
      Process before = running.put(component, process);
      if (before != null && before.isAlive()) {
        throw new IllegalStateException(component + " runs already");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the component to end, as {@code kill} does, and waits until it has. */
  void stop(String component) {
    Process process = process(component);
    process.destroy();
    ended(component, process);
  }

  /** Ends the component at once, as {@code kill -9} does. */
  void kill(String component) {
    Process process = process(component);
    process.destroyForcibly();
    ended(component, process);
  }

  private void ended(String component, Process process) {
    try {
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        throw new AssertionError(component + " does not end: " + endOfLog(component));
      }
      Files.deleteIfExists(directory.resolve("pids").resolve(component));
      running.remove(component, process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + component + " ends", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process process(String component) {
    Process process = running.get(component);
    if (process == null) {
      throw new IllegalStateException(component + " does not run");
    }
    return process;
  }

  /** Those that were started and have ended by themselves. */
  List<String> lost() {
    return running.entrySet().stream()
        .filter(entry -> !entry.getValue().isAlive())
        .map(entry -> entry.getKey())
        .toList();
  }

  long pid(String component) {
    return process(component).pid();
  }

  /** The last lines that the component printed, under its name. */
  String endOfLog(String component) {
    try {
      List<String> lines =
          Files.exists(log(component)) ? Files.readAllLines(log(component)) : List.of();
      List<String> last = lines.subList(Math.max(0, lines.size() - LINES_OF_A_LOG), lines.size());
      return component + ":\n" + String.join("\n", last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log(String component) {
    return directory.resolve("logs").resolve(component);
  }

  private List<String> command(String script) {
    List<String> command = new ArrayList<>();
    command.add(Scripts.path("run/" + script).toString());
    command.add(directory.toString());
    return command;
  }

  /** Ends all that runs and removes the directory. */
  @Override
  public void close() {
    try {
      guard.getOutputStream().close();
      int exit = await(guard);
      if (exit != 0 || Files.exists(directory)) {
        throw new AssertionError("the guard of " + directory + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a script runs", e);
    }
  }
}
