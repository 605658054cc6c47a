package io.tidegate.e2e.cluster;

import java.util.concurrent.CountDownLatch;

/** A run with a cluster that somebody else ends. */
final class UntilKilled {
  private UntilKilled() {}

  /**
   * {@code api}, {@code cert-manager} or {@code node}: starts such a cluster, says so, and does not
   * end by itself.
   */
  public static void main(String[] arguments) throws InterruptedException {
    try (AutoCloseable cluster = start(arguments[0])) {
      System.out.println("ready " + cluster);
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static AutoCloseable start(String kind) {
    if (kind.equals("node")) {
      return WholeCluster.start();
    }
    ControlPlane api = ControlPlane.start();
    if (kind.equals("cert-manager")) {
      api.defineCertManager();
      api.startCertManager();
    }
    return api;
  }
}
