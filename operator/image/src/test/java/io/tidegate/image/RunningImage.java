package io.tidegate.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Route;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The sidecar's image without an engine: its root file system read-only in a mount namespace of its
 * own, its user, its entrypoint.
 */
final class RunningImage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Each step replaces the one before, so that the process is the program itself. */
  private static final String SCRIPT =
      """
      set -e
      root=$1 state=$2 credentials=$3; shift 3
      mount --bind "$root" "$root"
      mount --bind "$state" "$root/var/lib/tidegate"
      mount --bind "$credentials" "$root/var/run/tidegate/credentials"
      mount -t tmpfs -o mode=1777 tmp "$root/tmp"
      mount -t proc proc "$root/proc"
      mount --bind /dev "$root/dev"
      mount -o remount,bind,ro "$root"
      exec chroot --userspec=65532:65532 "$root" "$@"
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = freePort(0);
  private final Path log;
  private final Process process;
  private final long started;

  /**
   * @param options of the JVM, beside the image's own
   */
  RunningImage(Path work, Path root, int providerPort, String... options) throws IOException {
    Path state = writable(work.resolve("state"));
    Path credentials = writable(work.resolve("credentials"));
    Files.writeString(state.resolve("snapshot.json"), SnapshotCodec.encode(snapshot(providerPort)));
    Files.writeString(credentials.resolve("credentials.json"), "{\"key\":\"sample-key\"}");
    log = work.resolve("sidecar.log");
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", SCRIPT, "sh"));
    words.addAll(List.of(root.toString(), state.toString(), credentials.toString()));
    words.addAll(
        List.of(
            "/opt/java/bin/java", "@/opt/tidegate/jvm-options", "@/opt/tidegate/launch-options"));
    words.addAll(List.of(options));
    words.add("io.tidegate.sidecar.Main");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().keySet().removeIf(key -> !key.equals("PATH"));
    builder
        .environment()
        .putAll(
            Map.of(
                "TIDEGATE_OPERATOR_URL",
                "",
                "TIDEGATE_CONFIG_FILE",
                "/var/lib/tidegate/snapshot.json",
                "TIDEGATE_LISTEN",
                "127.0.0.1:" + port,
                "TIDEGATE_ADMIN_LISTEN",
                "127.0.0.1:" + freePort(port)));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    started = System.nanoTime();
    process = builder.start();
  }

  /** Time from the process's start to the first answer of the provider. */
  Duration firstCall() throws Exception {
    while (true) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      assertThat(System.nanoTime() - started)
          .as(Files.readString(log))
          .isLessThan(PATIENCE.toNanos());
      try {
        HttpResponse<String> answer = call();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-tidegate-route")).isPresent();
        return Duration.ofNanos(System.nanoTime() - started);
      } catch (IOException e) {
        LockSupport.parkNanos(2_000_000);
      }
    }
  }

  private HttpResponse<String> call() throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
            .header("content-type", "application/json")
            .header("authorization", "Bearer x")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  long pid() {
    return process.pid();
  }

  private static Path writable(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /**
   * None of those that Linux gives to connections (32768 and up): nobody takes it by chance before
   * the sidecar listens on it.
   *
   * @param except not this one
   */
  private static int freePort(int except) {
    for (int i = 0; i < 1000; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      if (port != except && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no port is free between 20000 and 30000");
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false; // taken
    }
  }

  private static Snapshot snapshot(int providerPort) {
    ObjectRef provider = new ObjectRef("ModelProvider", "test", "far-end");
    Route.Rule rule =
        new Route.Rule(
            "all",
            Route.Match.ANY,
            List.of(new Route.Target(provider, "m", 1)),
            Route.Select.Weighted,
            null,
            null,
            null,
            null);
    return new Snapshot(
        Snapshot.SCHEMA_VERSION,
        new Snapshot.Workload("test", "default", "test"),
        List.of(new Route(new ObjectRef("ModelRoute", "test", "all"), List.of(), List.of(rule))),
        List.of(
            new Provider(
                provider,
                Provider.Type.OpenAICompatible,
                "http://127.0.0.1:" + providerPort + "/v1",
                "key",
                null,
                new Provider.Timeouts(5000, 30000, 60000, 600000),
                List.of(new Provider.Model("m", "sample-small", null, null, null)))),
        List.of(),
        List.of(),
        new Profile(
            null,
            List.of(),
            new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
            new Profile.RequestLimits(32L << 20, 64)),
        List.of());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
    http.close();
  }
}
