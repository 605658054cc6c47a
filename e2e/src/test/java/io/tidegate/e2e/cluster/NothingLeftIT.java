package io.tidegate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidegate.e2e.OperatorProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves behind that is ended by {@code kill -9}, which runs nothing of its own. */
class NothingLeftIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path temporary;
  private Process run;

  @AfterEach
  void end() throws InterruptedException {
    if (run != null) {
      run.destroyForcibly().waitFor();
    }
  }

  @Test
  void aKilledRunLeavesNothingOfItsApi() throws Exception {
    start("api");
    await(() -> printed().contains("ready"));
    killAndExpectNothingLeft();
  }

  @Test
  void aKilledRunLeavesNothingOfItsCertManager() throws Exception {
    assertThat(Programs.ofCertManager()).isNotNull();
    start("cert-manager");
    await(() -> exists("pids/cert-manager"));
    killAndExpectNothingLeft();
  }

  @Test
  void aRunKilledWhileItsApiStartsLeavesNothing() throws Exception {
    start("api");
    await(() -> exists("pids/etcd"));
    killAndExpectNothingLeft();
  }

  @Test
  void aKilledRunLeavesNothingOfItsNode() throws Exception {
    Optional<String> obstacle = WholeCluster.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElseThrow());
    start("node");
    await(() -> printed().contains("ready"));
    killAndExpectNothingLeft();
  }

  @Test
  void aRunKilledWhileItsNodeStartsLeavesNothing() throws Exception {
    Optional<String> obstacle = WholeCluster.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElseThrow());
    start("node");
    await(() -> exists("node/kubelet"));
    killAndExpectNothingLeft();
  }

  private void start(String kind) throws IOException {
    assumeFalse(GivenCluster.isGiven(), "The cluster of -Dtidegate.kubeconfig is not ours to end.");
    // Whoever builds the programs for the first time may take longer than the patience below.
    assertThat(kind.equals("node") ? Programs.ofANode() : Programs.ofTheApi()).isNotNull();
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            OperatorProcess.classPath(),
            UntilKilled.class.getName(),
            kind);
    program.environment().put("TMPDIR", temporary.toString());
    run =
        program
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("printed").toFile())
            .start();
  }

  private void killAndExpectNothingLeft() throws Exception {
    Path directory = clusterDirectory().orElseThrow();
    String network = network(directory);
    assertThat(processes(directory)).as("what runs before").isNotEmpty();
    run.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    await(() -> !Files.exists(directory) && left(directory, network).isEmpty());
    assertThat(clusterDirectory()).isEmpty();
  }

  /** All that can be seen of the cluster, in words. */
  private static List<String> left(Path directory, String network) throws IOException {
    List<String> left = new ArrayList<>(processes(directory));
    left.addAll(mounts(directory));
    if (!network.isEmpty()) {
      if (Files.exists(Path.of("/sys/class/net", network))) {
        left.add("link " + network);
      }
      left.addAll(controlGroups(network));
    }
    return left;
  }

  private static List<String> processes(Path directory) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(command -> command.contains(directory.toString()))
        .toList();
  }

  /** Mounts of it in any mount namespace that some process is in. */
  private static List<String> mounts(Path directory) throws IOException {
    List<String> mounts = new ArrayList<>();
    if (!Files.isDirectory(Path.of("/proc/self"))) {
      return mounts;
    }
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      try {
        Files.readAllLines(Path.of("/proc/" + process.pid() + "/mountinfo")).stream()
            .filter(mount -> mount.contains(directory.toString()))
            .forEach(mounts::add);
      } catch (IOException e) {
        continue; // A process that has ended meanwhile, or is about to, has no mounts to list.
      }
    }
    return mounts;
  }

  private static List<String> controlGroups(String name) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path controller : controllers.toList()) {
        if (Files.exists(controller.resolve(name))) {
          found.add(controller.resolve(name).toString());
        }
      }
    }
    return found;
  }

  /** The name of its link and of its control groups; empty for a cluster without a node. */
  private static String network(Path directory) throws IOException {
    return Files.readAllLines(directory.resolve("env")).stream()
        .filter(line -> line.startsWith("cgroup="))
        .map(line -> line.substring("cgroup=".length()))
        .findFirst()
        .orElse("");
  }

  private Optional<Path> clusterDirectory() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(Files::isDirectory).findFirst();
    }
  }

  private boolean exists(String file) throws IOException {
    return clusterDirectory().filter(dir -> Files.exists(dir.resolve(file))).isPresent();
  }

  private String printed() throws IOException {
    Path printed = temporary.resolve("printed");
    return Files.exists(printed) ? Files.readString(printed, StandardCharsets.UTF_8) : "";
  }

  private void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE + "; it printed: " + printed());
      }
      LockSupport.parkNanos(50_000_000);
    }
  }
}
