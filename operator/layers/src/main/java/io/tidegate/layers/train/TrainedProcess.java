package io.tidegate.layers.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.locks.LockSupport;

/** The program that is trained: started, waited for, ended in order. */
final class TrainedProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(2);

  /** The JVM writes the cache before it ends, by a second JVM. */
  private static final Duration END = Duration.ofMinutes(5);

  private final Path log;
  private final Process process;

  private TrainedProcess(Path log, Process process) {
    this.log = log;
    this.process = process;
  }

  /** With exactly this environment. */
  static TrainedProcess start(List<String> command, Map<String, String> environment, Path work)
      throws IOException {
    Path log = work.resolve("program.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new TrainedProcess(log, builder.start());
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Returns once the address answers 200. */
  void awaitReady(HttpClient http, URI readyz) throws IOException {
    long end = System.nanoTime() + READY.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw failure("the trained program ended early");
      }
      if (isReady(http, readyz)) {
        return;
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw failure("the trained program does not become ready");
  }

  private static boolean isReady(HttpClient http, URI readyz) {
    try {
      return http.send(
                  HttpRequest.newBuilder(readyz).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** By SIGTERM, as a kubelet does; returns when it has ended. */
  void end() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        throw failure("the trained program does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("the training was interrupted");
    }
  }

  IOException failure(String sentence) throws IOException {
    return new IOException(sentence + "; it wrote: " + Files.readString(log));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
