package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import io.tidegate.provider.SampleProvider;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods end, and are replaced by those with another sidecar: no call of theirs fails. */
@ExtendWith(SharedNode.class)
class LifeOfPodsIT {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private SampleProvider provider;
  private Witness witness;
  private SteadyPods steady;

  @BeforeEach
  void start(WholeCluster cluster) throws Exception {
    Installed.on(cluster);
    provider = SampleProvider.start(cluster.machine(), 0, "the-real-key");
    witness = new Witness(cluster.machine());
    steady =
        new SteadyPods(
            cluster, witness, "http://" + cluster.machine() + ":" + provider.port() + "/v1");
  }

  @AfterEach
  void stop() {
    steady.close();
    witness.close();
    provider.close();
  }

  @Test
  void theLastCallsOfAnApplicationGoThrough() {
    steady.deploy("app");
    Pod pod = steady.pod("app");
    String name = pod.getMetadata().getName();
    long told = System.nanoTime();
    steady.admin.resource(pod).delete();
    until("the pod is gone", () -> steady.admin.resource(pod).get() == null);
    Duration took = Duration.ofNanos(System.nanoTime() - told);

    List<String> said = witness.of(name);
    assertThat(said).contains("last unary", "last stream").endsWith("ended");
    assertThat(said).noneMatch(line -> line.contains("failed"));
    assertThat(took).as("the sidecar does not use up the grace period").isLessThan(GRACE);
  }

  @Test
  void anUpgradeOfTheSidecarFailsNoCallAndBothVersionsAreServed(WholeCluster cluster) {
    steady.deploy("first", "second");
    assertThat(steady.pods())
        .extracting(SteadyPods::sidecarImage)
        .containsOnly("tidegate/sidecar:0.1.0");
    cluster.tag("docker.io/tidegate/sidecar:0.1.0", "docker.io/tidegate/sidecar:0.1.1");
    Kubectl.apply(
        cluster,
        """
        apiVersion: tidegate.io/v1alpha1
        kind: SidecarProfile
        metadata: {name: default, namespace: %s}
        spec: {image: 'tidegate/sidecar:0.1.1', imagePullPolicy: Never}
        """
            .formatted(steady.namespace));
    Replicas.untilEachInjects(steady.kubectl, "tidegate/sidecar:0.1.1");
    String before = steady.pod("first").getMetadata().getName();
    steady.kubectl.run("rollout", "restart", "deployment/first");
    steady.kubectl.run("rollout", "status", "deployment/first", "--timeout", "300s");
    until("the old pod brought its work to an end", () -> witness.of(before).contains("ended"));

    assertThat(SteadyPods.sidecarImage(steady.pod("first"))).isEqualTo("tidegate/sidecar:0.1.1");
    assertThat(SteadyPods.sidecarImage(steady.pod("second"))).isEqualTo("tidegate/sidecar:0.1.0");
    witness.awaitMore(1, steady.names());
    steady.untilProgrammed("2/2");
    assertThat(witness.failures()).isEmpty();
  }
}
