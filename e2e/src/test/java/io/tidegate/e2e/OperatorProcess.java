package io.tidegate.e2e;

import io.tidegate.cli.local.Leash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own, which a test may kill and start again. */
public final class OperatorProcess implements AutoCloseable {
  public static final int TLS_PORT = 8443;
  public static final int ADMIN_PORT = 8080;

  /** Of a Java machine that starts fast, and on a machine that is busy with other things. */
  private static final List<String> SMALL =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path work;
  private final Path kubeconfig;
  private final String address;
  private final List<String> javaOptions;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;

  /**
   * @param address that its two ports listen on
   */
  OperatorProcess(Path work, Path kubeconfig, String address) {
    this(work, kubeconfig, address, List.of());
  }

  /**
   * @param javaOptions of its Java machine; empty: those that start it fast
   */
  public OperatorProcess(Path work, Path kubeconfig, String address, List<String> javaOptions) {
    this.javaOptions = javaOptions.isEmpty() ? SMALL : List.copyOf(javaOptions);
    this.work = work;
    this.kubeconfig = kubeconfig;
    this.address = address;
  }

  /** Starts it and waits until it is ready. */
  public void start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary()));
    command.addAll(
        List.of(
            "-cp",
            classPath(),
            Leash.class.getName(),
            Long.toString(ProcessHandle.current().pid()),
            work.resolve("gone-with-the-test").toString(),
            "io.tidegate.operator.Main"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(key -> !key.equals("PATH"));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("TIDEGATE_HOST", address);
    builder.environment().put("TIDEGATE_LEASE_DURATION_MILLIS", "2000");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    process = builder.start();
    Line.await(
        Duration.ofMinutes(2),
        () -> "the operator is not ready: " + read(log()),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the operator ended: " + read(log()));
          }
          return isReady();
        });
  }

  /** The tests' own class path, however it was given to this JVM. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Its directory for what it may leave behind. */
  Path temporary() {
    return work.resolve("tmp");
  }

  Path log() {
    return work.resolve("operator.log");
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Of the process that runs now. */
  public long pid() {
    return process.pid();
  }

  boolean is(ProcessHandle other) {
    return process != null && process.pid() == other.pid();
  }

  /** As {@code kill -9} does; returns when it is gone. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the operator survives SIGKILL");
    }
  }

  /**
   * As a kubelet does.
   *
   * @return its exit status
   */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the operator goes on after SIGTERM: " + read(log()));
    }
    return process.exitValue();
  }

  private boolean isReady() {
    try {
      URI readyz = URI.create("http://" + address + ":" + ADMIN_PORT + "/readyz");
      HttpRequest probe = HttpRequest.newBuilder(readyz).timeout(Duration.ofSeconds(2)).build();
      return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (isAlive()) {
      kill();
    }
    http.close();
  }
}
