package io.tidegate.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator's own pods are replaced, as an upgrade or a drained node does. */
@ExtendWith(SharedNode.class)
class OperatorRolloutIT {
  private static final Duration BETWEEN_PODS = Duration.ofMillis(50);
  private static final int LEAST_PODS = 20;

  @Test
  void everyPodThatIsCreatedMeanwhileGetsItsSidecar(WholeCluster cluster) throws Exception {
    Installed.on(cluster);
    Kubectl system = new Kubectl(cluster, Chart.NAMESPACE);
    try (PodStream stream = new PodStream(cluster, BETWEEN_PODS)) {
      stream.await(LEAST_PODS);
      system.run("rollout", "restart", "deployment/tidegate-operator");
      system.run("rollout", "status", "deployment/tidegate-operator", "--timeout=300s");
      system.run(
          "wait",
          "--for=jsonpath={.status.terminatingReplicas}=0",
          "deployment/tidegate-operator",
          "--timeout=300s");
      stream.await(LEAST_PODS);
      assertThat(stream.missed()).as("pods without sidecar").isEmpty();
    }
  }
}
