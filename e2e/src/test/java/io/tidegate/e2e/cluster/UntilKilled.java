package io.tidegate.e2e.cluster;

import java.util.concurrent.CountDownLatch;

/** A run with a cluster that somebody else ends. */
final class UntilKilled {
  private UntilKilled() {}

  /** {@code api} or {@code node}: starts such a cluster, says so, and does not end by itself. */
  public static void main(String[] arguments) throws InterruptedException {
    try (AutoCloseable cluster =
        arguments[0].equals("node") ? WholeCluster.start() : ControlPlane.start()) {
      System.out.println("ready " + cluster);
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
