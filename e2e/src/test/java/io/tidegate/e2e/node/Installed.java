package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.Ran;
import io.tidegate.e2e.cluster.WholeCluster;
import java.nio.file.Path;
import java.util.List;

/** Both images on the node and both charts on its API, put there by the first test that asks. */
final class Installed {
  /**
   * On a machine that is busy with other things: pods whose review is late come without sidecar.
   */
  private static final String PATIENT_WEBHOOK = "webhook.timeoutSeconds=30";

  private Installed() {}

  static void on(WholeCluster cluster) {
    if (cluster.run("helm", "status", "tidegate", "--namespace", Chart.NAMESPACE).exit() == 0) {
      return;
    }
    for (String image : List.of("sidecar", "operator")) {
      Path tar = Path.of("../operator/image/target", image + ".tar").toAbsolutePath().normalize();
      assertThat(tar).as("built by mvn -pl operator/image -am verify").isRegularFile();
      cluster.load(tar);
    }
    Chart.CRDS.install(cluster);
    Chart.OPERATOR.install(cluster, "--wait", "--timeout", "4m", "--set", PATIENT_WEBHOOK);
  }

  /** Waits until a pod of the namespace would get its sidecar: what is new is known later. */
  static void untilInjecting(Kubectl kubectl) {
    until(
        () -> "the webhook to be called: " + dryRun(kubectl),
        () -> dryRun(kubectl).contains("tidegate.io/injected: \"true\""));
  }

  private static String dryRun(Kubectl kubectl) {
    Ran ran = kubectl.ran("run", "probe", "--image=app", "--dry-run=server", "--output=yaml");
    return ran.out() + ran.err();
  }
}
