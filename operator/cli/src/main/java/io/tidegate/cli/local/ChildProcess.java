package io.tidegate.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Java program as a process on a leash, on the JDK that runs this one. */
final class ChildProcess {
  private static final long PATIENCE_SECONDS = 3;

  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /**
   * What to run.
   *
   * @param jvmOptions beside the class path
   */
  record Program(String mainClass, String classPath, List<String> jvmOptions) {}

  /**
   * Starts a program with exactly this environment.
   *
   * @param home working directory
   * @param run directory that goes when this process goes, however it goes
   * @param out file that takes its standard output
   * @param err file that takes its standard error
   */
  static ChildProcess start(
      Program program, Map<String, String> environment, Path home, Path run, Path out, Path err)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.jvmOptions());
    command.addAll(
        List.of(
            "-cp",
            program.classPath(),
            Leash.class.getName(),
            Long.toString(ProcessHandle.current().pid()),
            run.toString(),
            program.mainClass()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.directory(home.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file(out)));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(file(err)));
    return new ChildProcess(builder.start());
  }

  private static File file(Path path) {
    return path.toFile();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Asks it to end, then insists; returns when it is gone. */
  void stop() {
    process.toHandle().destroy(); // Process.destroy closes its input as well, which is the leash
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
