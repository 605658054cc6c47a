package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.e2e.cluster.ControlPlane;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls do not need the operator: not while it is away, and not for a sidecar that starts then. */
class OperatorKilledIT {
  /** How long the kills take, at a steady rate of calls; zero: as soon as it is ready again. */
  private static final Duration SPREAD =
      Duration.ofMinutes(Integer.getInteger("tidegate.kills.minutes", 0));

  private static final int CALLS_PER_SECOND = 500;

  /**
   * From the last restart until every sidecar has said that it runs the newest. Asserted in the
   * spread form alone: a build's machine may be busy with other things.
   */
  private static final Duration ACKNOWLEDGED = Duration.ofSeconds(60);

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
      (SPREAD.isZero() ? callers.start() : callers.start(CALLS_PER_SECOND)).awaitMore(20, 5);
      long begin = System.nanoTime();
      int kills = 0;
      Duration acknowledged = Duration.ZERO;
      for (int life = 1; life <= LIVES_WITH_NEWS; life++) {
        while (kills < KILLS / LIVES_WITH_NEWS * life - 1) {
          kill(cluster, begin, ++kills);
          cluster.operator().start();
        }
        kill(cluster, begin, ++kills);
        String edited = "sample-small-" + life;
        cluster.edit("10-providers.yaml", "id: " + served + "\n", "id: " + edited + "\n");
        callers.awaitMore(50, 8);
        assertThat(callers.servedModel("small")).as("the old stays in force").isEqualTo(served);
        long restart = System.nanoTime();
        cluster.operator().start();
        cluster.awaitProgrammed(ModelProvider.class, "tidegate-system", "openai");
        cluster.awaitProgrammed(ModelRoute.class, "e2e", "openai");
        acknowledged = Duration.ofNanos(System.nanoTime() - restart);
        assertThat(callers.servedModel("small")).as("Programmed is true").isEqualTo(edited);
        served = edited;
        callers.awaitMore(20, 4);
      }
      callers.finish();
      System.out.printf(
          "%d kills in %d s, %d calls served, %d failed, acknowledged %d ms after the last"
              + " restart%n",
          kills,
          Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
          callers.served(),
          callers.failures().size(),
          acknowledged.toMillis());
      assertThat(callers.failures()).isEmpty();
      if (!SPREAD.isZero()) {
        assertThat(acknowledged).isLessThan(ACKNOWLEDGED);
      }
      restartedWithoutOperator(cluster, callers, served);
      cluster.operator().start();
      assertThat(cluster.operator().terminate()).as("scaled down is no error").isZero();
      assertThat(cluster.operator().temporary()).as("after every kill").isEmptyDirectory();
    }
  }

  private static void kill(LocalCluster cluster, long begin, int kill) throws Exception {
    long due = begin + SPREAD.toNanos() / KILLS * kill;
    Line.await(
        SPREAD.plus(Line.PATIENCE),
        () -> "no time for kill " + kill,
        () -> System.nanoTime() - due >= 0);
    cluster.operator().kill();
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
