package io.tidegate.e2e.bench;

import io.tidegate.e2e.WorkDirectory;
import io.tidegate.sidecar.JvmOptions;
import io.tidegate.sidecar.config.SnapshotCodec;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Far end, nginx and sidecar as processes of their own, each on its core. */
final class Starter implements AutoCloseable {
  private final WorkDirectory directory = WorkDirectory.make("bench");
  private final Path work = directory.path();
  private final List<Process> processes = new ArrayList<>();

  Starter() throws IOException {}

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    directory.close();
  }

  /** The port of a far end. */
  int farEnd() throws IOException {
    int port = freePort();
    start(
        "far-end",
        "1",
        java(
            List.of(
                "-cp", System.getProperty("java.class.path"), FarEnd.class.getName(), "" + port)));
    awaitAnswer(port);
    return port;
  }

  Contestant nginx(int farEnd) throws IOException {
    int port = freePort();
    Path conf = work.resolve("nginx.conf");
    Files.writeString(
        conf,
        """
        worker_processes 1; daemon off; pid %s; error_log stderr error;
        events { worker_connections 4096; }
        http {
          access_log off; client_max_body_size 32m; client_body_buffer_size 1m; keepalive_requests 1000000;
          client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s; scgi_temp_path %s;
          upstream far { server 127.0.0.1:%d; keepalive 1000; keepalive_requests 1000000; }
          server { listen 127.0.0.1:%d; location / {
            proxy_pass http://far; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
        }
        """
            .formatted(
                work.resolve("nginx.pid"),
                work.resolve("t1"),
                work.resolve("t2"),
                work.resolve("t3"),
                work.resolve("t4"),
                work.resolve("t5"),
                farEnd,
                port));
    Process nginx = start("nginx", "0", List.of("nginx", "-c", conf.toString()));
    awaitAnswer(port);
    List<Long> pids = new ArrayList<>(List.of(nginx.pid()));
    nginx.descendants().forEach(child -> pids.add(child.pid()));
    return new Contestant("nginx", port, pids);
  }

  /** With the options of the image, and those of {@code -Dtidegate.bench.options}. */
  Contestant tidegate(int farEnd) throws IOException {
    int port = freePort();
    Path snapshot = work.resolve("snapshot.json");
    Files.writeString(snapshot, SnapshotCodec.encode(Governed.by(farEnd)));
    List<String> options = new ArrayList<>(JvmOptions.ofSidecar());
    String more = System.getProperty("tidegate.bench.options", "");
    options.addAll(Arrays.stream(more.split(" ", -1)).filter(o -> !o.isEmpty()).toList());
    options.addAll(List.of("-cp", System.getProperty("tidegate.bench.sidecar")));
    options.add("io.tidegate.sidecar.Main");
    List<String> command = java(options);
    ProcessBuilder builder = pinned("0", command);
    builder.environment().put("TIDEGATE_LISTEN", "127.0.0.1:" + port);
    builder.environment().put("TIDEGATE_ADMIN_LISTEN", "127.0.0.1:" + freePort());
    builder.environment().put("TIDEGATE_CONFIG_FILE", snapshot.toString());
    builder
        .environment()
        .put("TIDEGATE_STATE_DIR", Files.createDirectories(work.resolve("state")).toString());
    builder
        .environment()
        .put(
            "TIDEGATE_CREDENTIALS_DIR",
            Files.createDirectories(work.resolve("credentials")).toString());
    builder.environment().put("TIDEGATE_NAMESPACE", "bench");
    builder.environment().put("TIDEGATE_POD", "bench");
    builder
        .redirectOutput(work.resolve("events.log").toFile())
        .redirectError(work.resolve("sidecar.log").toFile());
    long exec = System.nanoTime();
    Process sidecar = builder.start();
    processes.add(sidecar);
    awaitAnswer(port);
    System.out.printf(
        Locale.ROOT, "exec to first governed call: %.0f ms%n", (System.nanoTime() - exec) / 1e6);
    return new Contestant("tidegate", port, List.of(sidecar.pid()));
  }

  private Process start(String name, String core, List<String> command) throws IOException {
    Process process =
        pinned(core, command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve(name + ".log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  /** On one core, so that far end and load cannot take the proxy's. */
  private static ProcessBuilder pinned(String core, List<String> command) {
    List<String> all = new ArrayList<>(List.of("taskset", "-c", core));
    all.addAll(command);
    return new ProcessBuilder(all);
  }

  private static List<String> java(List<String> args) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(args);
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Asks until a governed call succeeds. */
  private static void awaitAnswer(int port) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      try {
        HttpURLConnection call =
            (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/v1/chat/completions")
                    .toURL()
                    .openConnection();
        call.setDoOutput(true);
        call.setRequestProperty("content-type", "application/json");
        call.setRequestProperty("x-bench-answer", "10");
        call.getOutputStream()
            .write("{\"model\":\"m\",\"messages\":[]}".getBytes(StandardCharsets.UTF_8));
        if (call.getResponseCode() == 200) {
          return;
        }
      } catch (IOException e) {
        LockSupport.parkNanos(5_000_000);
      }
    }
    throw new IllegalStateException("nothing answers on port " + port);
  }
}
