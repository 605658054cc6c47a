package io.tidegate.cli.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.sidecar.JvmOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One pod's sidecar as a process, with the environment and the files that the pod would have. */
final class SidecarProcess {
  private static final String MAIN = "io.tidegate.sidecar.Main";
  private static final Duration PROBE = Duration.ofSeconds(1);

  /** Paths that a sidecar takes when its container names none; here they lie elsewhere. */
  private static final Map<String, String> DEFAULT_PATHS =
      Map.of(
          "TIDEGATE_CA_FILE", "/etc/tidegate/ca/ca.crt",
          "TIDEGATE_TOKEN_FILE", "/var/run/secrets/tidegate/token",
          "TIDEGATE_STATE_DIR", "/var/lib/tidegate",
          "TIDEGATE_CREDENTIALS_DIR", "/var/run/tidegate/credentials");

  private final LocalPod local;
  private final PodVolumes volumes;
  private final Map<String, String> environment;
  private final Path home;
  private final Path run;
  private final String classPath;
  private ChildProcess process;

  private SidecarProcess(
      LocalPod local,
      PodVolumes volumes,
      Map<String, String> environment,
      Path home,
      Path run,
      String classPath) {
    this.local = local;
    this.volumes = volumes;
    this.environment = environment;
    this.home = home;
    this.run = run;
    this.classPath = classPath;
  }

  /**
   * Lays out the pod's files; starts nothing yet.
   *
   * @param hosts names of this run's Services
   */
  static SidecarProcess prepare(
      KubernetesClient client,
      Pod pod,
      String workload,
      String address,
      Path hosts,
      RunDirectory run,
      String classPath)
      throws IOException {
    Path home = run.directory("pods", pod.getMetadata().getUid());
    Path below = home.resolve("volumes");
    Files.createDirectories(below);
    RunDirectory.restrict(below);
    PodVolumes volumes = PodVolumes.create(client, pod, below);
    PodEnvironment fitted = new PodEnvironment(pod, address, volumes.directories());
    Container sidecar = LocalPod.sidecar(pod).orElseThrow();
    Map<String, String> environment = new LinkedHashMap<>(fitted.of(sidecar));
    environment.put("TIDEGATE_HOSTS_FILE", hosts.toString());
    environment.putIfAbsent("TIDEGATE_LISTEN", address + ":4100");
    environment.putIfAbsent("TIDEGATE_ADMIN_LISTEN", address + ":4101");
    DEFAULT_PATHS.forEach((key, path) -> environment.putIfAbsent(key, fitted.local(sidecar, path)));
    Map<String, String> app =
        pod.getSpec().getContainers().stream()
            .filter(c -> !c.getName().equals(LocalPod.CONTAINER))
            .findFirst()
            .map(fitted::literal)
            .orElse(Map.of());
    LocalPod local =
        new LocalPod(
            pod,
            workload,
            address,
            app,
            port(environment.get("TIDEGATE_LISTEN")),
            port(environment.get("TIDEGATE_ADMIN_LISTEN")),
            home.resolve("events.jsonl"),
            home.resolve("sidecar.log"));
    return new SidecarProcess(local, volumes, environment, home, run.path(), classPath);
  }

  private static int port(String listen) {
    return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
  }

  LocalPod local() {
    return local;
  }

  void start() throws IOException {
    if (!Files.exists(local.events())) {
      Files.createFile(local.events());
    }
    process =
        ChildProcess.start(
            new ChildProcess.Program(MAIN, classPath, JvmOptions.ofSidecar()),
            environment,
            home,
            run,
            local.events(),
            local.log());
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  void onExit(Runnable then) {
    var unused = process.onExit().thenRun(then);
  }

  /** Whether {@code /readyz} says 200 now. */
  boolean isReady(HttpClient http) throws InterruptedException {
    try {
      HttpRequest probe =
          HttpRequest.newBuilder(URI.create(local.adminUrl() + "/readyz")).timeout(PROBE).build();
      return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  Duration refreshFiles() throws IOException {
    return volumes.refresh();
  }

  /** The end of its log, for a person who has to see why it does not run. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(local.log(), StandardCharsets.UTF_8);
      return String.join("\n    ", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
    } catch (IOException e) {
      return "it left no log: " + e.getMessage();
    }
  }

  /** Ends the process and removes the pod's files. */
  void stop() throws IOException {
    if (process != null) {
      process.stop();
    }
    RunDirectory.delete(home);
  }
}
