package io.tidegate.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The sidecar as a process of its own, on ports that the kernel chose. */
final class SidecarProcess implements AutoCloseable {
  private static final Pattern STARTED =
      Pattern.compile("started: calls on 127\\.0\\.0\\.1:(\\d+), admin on 127\\.0\\.0\\.1:(\\d+)");

  final Process process;
  private final Path out;
  private final Path log;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private SidecarProcess(Process process, Path out, Path log) {
    this.process = process;
    this.out = out;
    this.log = log;
  }

  static SidecarProcess start(Path dir, Map<String, String> more) throws IOException {
    Path out = dir.resolve("out");
    Path log = dir.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            Main.class.getName());
    Map<String, String> environment = new HashMap<>();
    environment.put("TIDEGATE_LISTEN", "127.0.0.1:0");
    environment.put("TIDEGATE_ADMIN_LISTEN", "127.0.0.1:0");
    environment.put("TIDEGATE_OPERATOR_URL", "");
    environment.put("TIDEGATE_STATE_DIR", dir.resolve("state").toString());
    environment.put("TIDEGATE_CREDENTIALS_DIR", dir.resolve("credentials").toString());
    environment.putAll(more);
    builder.environment().putAll(environment);
    builder.redirectOutput(out.toFile()).redirectError(log.toFile());
    return new SidecarProcess(builder.start(), out, log);
  }

  /** The class path of this test, whichever way it was started. */
  private static String classPath() {
    if (Main.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Ends the process if it does not come up: nobody else would. */
  SidecarProcess awaitStart() throws InterruptedException {
    try {
      CallRig.until(() -> STARTED.matcher(log()).find() || !process.isAlive());
      assertThat(log()).containsPattern(STARTED);
      return this;
    } catch (AssertionError e) {
      close();
      throw new AssertionError("the sidecar did not start: " + log(), e);
    }
  }

  private int port(int group) {
    Matcher started = STARTED.matcher(log());
    assertThat(started.find()).isTrue();
    return Integer.parseInt(started.group(group));
  }

  CompletableFuture<HttpResponse<String>> call() {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(1) + "/v1/chat/completions"))
            .header("content-type", "application/json")
            .header("authorization", "Bearer tidegate-placeholder")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"any\",\"max_tokens\":9,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> admin(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(2) + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** As kubelet does. */
  void terminate() {
    process.destroy();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  List<String> events() {
    return read(out).lines().toList();
  }

  String log() {
    return read(log);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    http.shutdownNow();
    process.destroyForcibly().waitFor();
  }
}
