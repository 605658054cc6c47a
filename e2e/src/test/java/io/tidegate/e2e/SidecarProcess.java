package io.tidegate.e2e;

import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sidecar as a process of its own that runs a mounted configuration, without an operator, on
 * ports that the kernel chose.
 */
final class SidecarProcess implements AutoCloseable {
  private static final Pattern STARTED =
      Pattern.compile("started: calls on 127\\.0\\.0\\.1:(\\d+), admin on 127\\.0\\.0\\.1:(\\d+)");

  private final Path work;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;
  private Matcher started;
  private int lives;

  SidecarProcess(Path work, Snapshot snapshot) throws IOException {
    this.work = work;
    Files.createDirectories(work.resolve("state"));
    Files.createDirectories(work.resolve("credentials"));
    Files.writeString(work.resolve("snapshot.json"), SnapshotCodec.encode(snapshot));
    start();
  }

  /** Starts it on the same folders, as a container restart does; its ports are others. */
  void start() throws IOException {
    lives++;
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.slf4j.simpleLogger.log.io.tidegate=info", // it logs its ports
            "-cp",
            OperatorProcess.classPath() + File.pathSeparator,
            "io.tidegate.sidecar.Main");
    builder
        .environment()
        .putAll(
            Map.of(
                "TIDEGATE_NAMESPACE",
                "e2e",
                "TIDEGATE_POD",
                "e2e",
                "TIDEGATE_LISTEN",
                "127.0.0.1:0",
                "TIDEGATE_ADMIN_LISTEN",
                "127.0.0.1:0",
                "TIDEGATE_CONFIG_FILE",
                work.resolve("snapshot.json").toString(),
                "TIDEGATE_STATE_DIR",
                work.resolve("state").toString(),
                "TIDEGATE_CREDENTIALS_DIR",
                work.resolve("credentials").toString()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(events().toFile()));
    builder.redirectError(log().toFile());
    process = builder.start();
    Line.await(
        Duration.ofMinutes(2),
        () -> "the sidecar is not ready: " + read(log()),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the sidecar ended: " + read(log()));
          }
          started = STARTED.matcher(read(log()));
          return started.find() && admin("/readyz", 200) != null;
        });
  }

  int port() {
    return Integer.parseInt(started.group(1));
  }

  Path events() {
    return work.resolve("events.jsonl");
  }

  private Path log() {
    return work.resolve("sidecar-" + lives + ".log");
  }

  List<String> eventLines() {
    return read(events()).lines().filter(line -> line.startsWith("{")).toList();
  }

  String metrics() {
    return admin("/metrics", 200);
  }

  /** The body if the answer has this status, else null. */
  String admin(String path, int status) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + started.group(2) + path))
                  .timeout(Line.PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == status ? answer.body() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** As the kernel does when memory runs out; does not wait for its end. */
  void kill() {
    process.destroyForcibly();
  }

  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the sidecar survives SIGKILL");
    }
  }

  @Override
  public void close() throws InterruptedException {
    http.close();
    process.destroy();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the sidecar does not end on SIGTERM: " + read(log()));
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
