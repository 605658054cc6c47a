package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import io.tidegate.provider.SampleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a sidecar cannot prove never governs a call, and everybody who looks is told. */
@ExtendWith(SharedNode.class)
class BadSnapshotIT {
  private static final String REFUSALS =
      "tidegate_operator_acknowledgements_total{verdict=\"Refused\"}";
  private static final String COUNTED = "(?s).*\\btidegate_config_refusals_total [1-9].*";
  private static final int MOST_OTHERS = 5;
  private static final String CHANGED = "it was changed on its way, reconnect to the operator";

  @Test
  void aConfigurationThatWasChangedOnItsWayIsRefusedAndTheOneBeforeStaysInForce(
      WholeCluster cluster) throws Exception {
    Installed.on(cluster);
    try (SampleProvider provider = SampleProvider.start(cluster.machine(), 0, "the-real-key");
        Witness witness = new Witness(cluster.machine());
        SteadyPods steady =
            new SteadyPods(
                cluster, witness, "http://" + cluster.machine() + ":" + provider.port() + "/v1")) {
      steady.deploy("direct");
      double refusals = OperatorMetrics.sum(cluster, REFUSALS);
      try (DamagingWire wire = new DamagingWire(cluster)) {
        steady.deploy("damaged");
        steady.untilProgrammed("2/2");
        leadThrough(wire, steady);

        // A name for another of the same length: everything about it is valid but its digest.
        wire.change("everyone", "somebody");
        name(steady, "everyone");
        refusedByOne(steady);
        until("the operator counts it", () -> OperatorMetrics.sum(cluster, REFUSALS) > refusals);
        witness.awaitMore(3, steady.names());

        wire.heal();
        name(steady, "anybody");
        steady.untilProgrammed("2/2");
        steady.untilAnswered(steady.pod("damaged"), "/config", "\"anybody\"");
        witness.awaitMore(1, steady.names());
        assertThat(witness.failures()).isEmpty();
      }
    }
  }

  /**
   * The new pod's stream goes through the wire. A pod that connected before the node knew of the
   * wire, and so went past it, is replaced by another.
   */
  private static void leadThrough(DamagingWire wire, SteadyPods steady) {
    for (int others = 0; wire.streams() == 0 && others < MOST_OTHERS; others++) {
      steady.kubectl.run("rollout", "restart", "deployment/damaged");
      steady.kubectl.run("rollout", "status", "deployment/damaged", "--timeout", "300s");
      until("the one before is gone", () -> steady.pods().size() == 2);
      steady.untilProgrammed("2/2");
    }
    assertThat(wire.streams()).as("streams through the wire").isPositive();
  }

  private static void name(SteadyPods steady, String rule) {
    steady.kubectl.run(
        "patch",
        "modelroute",
        "chat",
        "--type=json",
        "--patch",
        "[{\"op\": \"replace\", \"path\": \"/spec/rules/1/name\", \"value\": \"%s\"}]"
            .formatted(rule));
  }

  private static void refusedByOne(SteadyPods steady) {
    Pod damaged = steady.pod("damaged");
    String name = damaged.getMetadata().getName();
    steady.untilProgrammed("1/2\\s+Refused");
    steady.kubectl.untilDescribed(
        "modelroute chat",
        "pod " + steady.namespace + "/" + name + " refused it: the body has the version");
    steady.kubectl.untilDescribed("modelroute chat", CHANGED);
    steady.kubectl.untilDescribed("pod " + name, "Warning\\s+ConfigurationRefused\\s.*" + CHANGED);
    until(
        "the sidecar counts it, once for each time it came",
        () -> steady.ask(damaged, "/metrics").matches(COUNTED));
    assertThat(steady.ask(damaged, "/config"))
        .contains("lastRefusal", CHANGED, "\"others\"")
        .doesNotContain("everyone", "somebody");
    assertThat(steady.ask(steady.pod("direct"), "/config"))
        .contains("\"everyone\"")
        .doesNotContain("lastRefusal");
  }
}
