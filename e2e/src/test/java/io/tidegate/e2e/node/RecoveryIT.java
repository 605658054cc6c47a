package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import io.tidegate.provider.SampleProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything that is not the call itself may be away, and what comes back says how it is. */
@ExtendWith(SharedNode.class)
class RecoveryIT {
  private static final String OPERATOR = "deployment/tidegate-operator";
  private static final String OPERATORS = "app.kubernetes.io/component=operator";
  private static final Duration READY = Duration.ofSeconds(5);

  private final Kubectl system;

  RecoveryIT(WholeCluster cluster) {
    Installed.on(cluster);
    this.system = new Kubectl(cluster, "tidegate-system");
  }

  @Test
  void callsGoOnWhileOperatorApiServerAndNodeAreLost(WholeCluster cluster) throws Exception {
    try (SampleProvider provider = SampleProvider.start(cluster.machine(), 0, "the-real-key");
        Witness witness = new Witness(cluster.machine());
        SteadyPods steady =
            new SteadyPods(
                cluster, witness, "http://" + cluster.machine() + ":" + provider.port() + "/v1")) {
      steady.deploy("steady", "restarted", "torn", "old");
      steady.untilProgrammed("4/4");
      List<String> running = List.of(steady.pod("steady").getMetadata().getName());

      withoutOperator(cluster, steady, witness, running);
      assertThat(witness.of(running.getFirst())).noneMatch(line -> line.startsWith("failed"));

      Map<String, Integer> restarts = operatorRestarts(steady);
      cluster.unplugNode();
      cluster.switchNodeOn();
      awaitOperators(steady, restarts);
      untilConnected(steady);
      witness.awaitMore(2, steady.names());
      steady.untilProgrammed("4/4");
    }
  }

  /** The API holds what it last heard of a pod for true, so the pods of a lost node for ready. */
  private void awaitOperators(SteadyPods steady, Map<String, Integer> before) {
    until(
        () -> "every operator to be started again: " + operatorRestarts(steady),
        () ->
            operatorRestarts(steady).entrySet().stream()
                .allMatch(pod -> pod.getValue() > before.getOrDefault(pod.getKey(), -1)));
    system.run("wait", "pods", "--selector", OPERATORS, "--for=condition=Ready", "--timeout=300s");
  }

  private Map<String, Integer> operatorRestarts(SteadyPods steady) {
    return steady
        .admin
        .pods()
        .inNamespace(system.namespace())
        .withLabelSelector(OPERATORS)
        .list()
        .getItems()
        .stream()
        .collect(
            Collectors.toMap(
                pod -> pod.getMetadata().getName(),
                pod ->
                    pod.getStatus().getContainerStatuses().stream()
                        .mapToInt(ContainerStatus::getRestartCount)
                        .sum()));
  }

  /** A sidecar tries again after half a minute, and once more if the operator is slow then. */
  private static void untilConnected(SteadyPods steady) {
    for (String name : List.of("steady", "restarted", "torn", "old")) {
      until(
          Duration.ofMinutes(3),
          () -> name + " to be connected: " + steady.ask(steady.pod(name), "/config"),
          () -> steady.ask(steady.pod(name), "/config").contains("\"phase\" : \"CONNECTED\""));
    }
  }

  private void withoutOperator(
      WholeCluster cluster, SteadyPods steady, Witness witness, List<String> running)
      throws IOException {
    system.run("scale", OPERATOR, "--replicas=0");
    system.run(
        "delete",
        "pods",
        "--selector",
        "app.kubernetes.io/name=tidegate",
        "--grace-period=0",
        "--force");
    try {
      witness.awaitMore(1, running);
      aNewPodIsRefused(steady);
      restarted(steady, witness);
      cluster.api().killApiServer();
      try {
        witness.awaitMore(2, running);
      } finally {
        cluster.api().startApiServer();
      }
    } finally {
      system.run("scale", OPERATOR, "--replicas=2");
    }
    system.run("rollout", "status", OPERATOR, "--timeout", "300s");
    untilConnected(steady);
    witness.awaitMore(2, steady.names());
    steady.untilProgrammed("4/4");
    for (String name : List.of("torn", "old")) {
      steady.untilAnswered(steady.pod(name), "/config", "\"problems\" : { }");
    }
  }

  /** It would start without, if its namespace did not demand the sidecar. */
  private static void aNewPodIsRefused(SteadyPods steady) {
    until(
        "the operators' last words",
        () ->
            steady
                .kubectl
                .ran("run", "late", "--image", "any", "--dry-run=server")
                .err()
                .contains("this pod has no Tidegate sidecar"));
  }

  /**
   * Of the processor, which takes 1.2 s: on a machine that is busy with other things the clock says
   * nothing of the sidecar, and this some of what it served before we looked.
   */
  private static void isReadySoon(ProcessHandle.Info sidecar) {
    Duration clock = Duration.between(sidecar.startInstant().orElseThrow(), Instant.now());
    Duration processor = sidecar.totalCpuDuration().orElseThrow();
    System.out.printf(
        "sidecar without operator: ready after %d ms, %d ms of the processor%n",
        clock.toMillis(), processor.toMillis());
    assertThat(processor).isLessThan(READY);
  }

  /** Containers that start again in their place: from what they kept, if it is whole. */
  private static void restarted(SteadyPods steady, Witness witness) throws IOException {
    Pod restarted = steady.pod("restarted");
    Pod torn = steady.pod("torn");
    Pod old = steady.pod("old");
    Path half = steady.lastKnownGood(torn);
    byte[] kept = Files.readAllBytes(half);
    Files.write(half, Arrays.copyOf(kept, kept.length / 2));
    Path other = steady.lastKnownGood(old);
    Files.writeString(other, Files.readString(other).replaceFirst("schema=1", "schema=0"));
    for (Pod pod : List.of(restarted, torn, old)) {
      steady.killSidecar(pod);
    }
    steady.untilAnswered(restarted, "/config", "\"origin\" : \"last-known-good\"");
    isReadySoon(steady.sidecar(restarted).info());
    witness.awaitMore(1, List.of(restarted.getMetadata().getName()));
    for (Pod pod : List.of(torn, old)) {
      steady.untilAnswered(pod, "/readyz", "no configuration yet");
      steady.untilAnswered(
          pod, "/metrics", "tidegate_config_problem{part=\"last-known-good\"} 1.0");
    }
    assertThat(steady.ask(torn, "/readyz")).contains("last-known-good has ");
    assertThat(steady.ask(old, "/readyz")).contains("has schema 0, this sidecar reads 1");
  }
}
