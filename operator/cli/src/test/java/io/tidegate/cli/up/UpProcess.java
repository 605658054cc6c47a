package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code tidegate up} as a process of its own, and calls through its first workload's sidecar. */
final class UpProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  private final Path runtime;
  private final Path output;
  private final Process process;
  private JsonNode ready;

  /**
   * Returns once all is up.
   *
   * @param work directory for the run's own files and output
   */
  UpProcess(Path directory, Path work, String... flags) throws IOException {
    this.runtime = Files.createDirectories(work.resolve("runtime"));
    this.output = work.resolve("output.txt");
    Path readyFile = work.resolve("ready.json");
    List<String> args = new ArrayList<>(List.of("up", directory.toString()));
    args.addAll(List.of("--ready-file", readyFile.toString(), "--api-port", "0"));
    args.addAll(List.of(flags));
    this.process = start(args, output);
    boolean up = Deadline.await(PATIENCE, () -> Files.exists(readyFile) || !process.isAlive());
    if (!up || !process.isAlive()) {
      String said = output();
      close();
      throw new IllegalStateException("up did not come up: " + said);
    }
    ready = mapper.readTree(readyFile.toFile());
  }

  private Process start(List<String> args, Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx384m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            "io.tidegate.cli.Main"));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(out.toFile());
    return builder.start();
  }

  /** The tests' own class path, however it was given to this JVM. */
  private static String classPath() {
    return UpProcess.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(URL::getPath)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** Another command of this program against the running one; its output. */
  String command(String... args) throws IOException, InterruptedException {
    Path out = Files.createTempFile(output.getParent(), "command", ".txt");
    Process other = start(List.of(args), out);
    if (!other.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      other.destroyForcibly();
      throw new IllegalStateException(List.of(args) + " does not end: " + Files.readString(out));
    }
    return Files.readString(out);
  }

  JsonNode ready() {
    return ready;
  }

  JsonNode workload() {
    return ready.path("workloads").path(0);
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  /** A chat completion that asks for this model; extra headers as name, value. */
  HttpResponse<String> chat(String model, String... headers)
      throws IOException, InterruptedException {
    String body =
        "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"
            .formatted(model);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(workload().path("openaiBaseUrl").asText() + "/chat/completions"))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Which model the provider says that it ran. */
  String servedModel(String model) throws IOException, InterruptedException {
    return mapper.readTree(chat(model).body()).path("model").asText();
  }

  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** Whether the runtime directory holds no run. */
  boolean leftNothing() {
    try (var runs = Files.walk(runtime)) {
      return runs.noneMatch(p -> p.getFileName().toString().startsWith("run-"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    try {
      terminate();
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
