package io.tidegate.operator.status;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replica writes statuses, by a Lease. Losing it ends nothing: this replica goes on serving
 * and stands for election again.
 */
public final class WriterElection implements AutoCloseable {
  /** The Lease, in the operator's namespace. */
  public static final String LEASE = "tidegate-status-writer";

  private static final Logger LOG = LoggerFactory.getLogger(WriterElection.class);

  private final LeaderElector elector;
  private final Duration pause;
  private volatile Runnable elected = () -> {};
  private volatile boolean leading;
  private volatile boolean closed;
  private CompletableFuture<?> term = CompletableFuture.completedFuture(null);

  /**
   * @param leaseDuration after which others may take a Lease that is not renewed
   */
  public WriterElection(
      KubernetesClient client, String namespace, String replica, Duration leaseDuration) {
    this.pause = leaseDuration.dividedBy(7);
    this.elector =
        client
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(LEASE)
                    .withLock(new LeaseLock(namespace, LEASE, replica))
                    .withLeaseDuration(leaseDuration)
                    .withRenewDeadline(leaseDuration.multipliedBy(2).dividedBy(3))
                    .withRetryPeriod(pause)
                    .withReleaseOnCancel(true)
                    .withLeaderCallbacks(
                        new LeaderCallbacks(
                            this::begin,
                            this::end,
                            holder -> LOG.info("Replica {} writes statuses", holder)))
                    .build())
            .build();
  }

  /**
   * Stands for election until closed.
   *
   * @param elected called each time this replica becomes the writer, on the election's thread
   */
  public void start(Runnable elected) {
    this.elected = elected;
    stand();
  }

  private synchronized void stand() {
    if (closed) {
      return;
    }
    term = elector.start();
    var unused = term.whenComplete((done, failure) -> again(failure));
  }

  public boolean leading() {
    return leading;
  }

  /** Gives the Lease back, so that another replica need not wait for its end. */
  @Override
  public void close() {
    CompletableFuture<?> last;
    synchronized (this) {
      closed = true;
      last = term;
    }
    last.cancel(true);
    end();
  }

  private void begin() {
    leading = true;
    elected.run();
  }

  private void end() {
    leading = false;
  }

  private void again(Throwable failure) {
    end();
    if (closed) {
      return;
    }
    if (failure != null) {
      LOG.warn("The election of the status writer is interrupted and goes on", failure);
    }
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS).execute(this::stand);
  }
}
