package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.e2e.cluster.ControlPlane;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls do not need the operator: not while it is away, and not for a sidecar that starts then. */
class OperatorKilledIT {
  private static final int KILLS = 20;

  /** Of these the others are killed again as soon as they are ready. */
  private static final int LIVES_WITH_NEWS = 2;

  @Test
  void noCallFailsWhileTheOperatorIsKilledAndWhatItMissedComesAfter(@TempDir Path work)
      throws Exception {
    try (ControlPlane api = ControlPlane.start();
        LocalCluster cluster = LocalCluster.up(work, api);
        Callers callers = new Callers(cluster.pod().openaiBaseUrl())) {
      String served = "sample-small";
      assertThat(callers.servedModel("small")).isEqualTo(served);
      callers.start().awaitMore(20, 5);
      for (int life = 1; life <= LIVES_WITH_NEWS; life++) {
        for (int kill = 1; kill < KILLS / LIVES_WITH_NEWS; kill++) {
          cluster.operator().kill();
          cluster.operator().start();
        }
        cluster.operator().kill();
        String edited = "sample-small-" + life;
        cluster.edit("10-providers.yaml", "id: " + served + "\n", "id: " + edited + "\n");
        callers.awaitMore(50, 8);
        assertThat(callers.servedModel("small")).as("the old stays in force").isEqualTo(served);
        cluster.operator().start();
        cluster.awaitProgrammed(ModelProvider.class, "tidegate-system", "openai");
        cluster.awaitProgrammed(ModelRoute.class, "e2e", "openai");
        assertThat(callers.servedModel("small")).as("Programmed is true").isEqualTo(edited);
        served = edited;
        callers.awaitMore(20, 4);
      }
      callers.finish();
      assertThat(callers.failures()).isEmpty();
      restartedWithoutOperator(cluster, callers, served);
    }
  }

  /**
   * The sidecar has nothing but its folders then: configuration in one, credential in the other.
   */
  private static void restartedWithoutOperator(LocalCluster cluster, Callers callers, String served)
      throws Exception {
    cluster.operator().kill();
    String baseUrl = cluster.pod().adminUrl();
    long was = cluster.killSidecar();
    Line.await(
        Line.PATIENCE,
        () -> "the sidecar was not started again",
        () -> cluster.sidecarProcesses().stream().anyMatch(p -> p.pid() != was));
    Line.await(Line.PATIENCE, () -> "no sidecar is ready", () -> isReady(callers, baseUrl));
    assertThat(callers.servedModel("small")).isEqualTo(served);
    assertThat(cluster.operator().isAlive()).isFalse();
  }

  private static boolean isReady(Callers callers, String adminUrl) {
    try {
      return callers.get(adminUrl + "/readyz").statusCode() == 200;
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
