package io.tidegate.operator.status;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replica writes statuses, by a Lease. Losing it ends nothing: this replica goes on serving
 * and stands for election again, each time with an elector of its own, since Fabric8's serves one
 * term only.
 */
public final class WriterElection implements AutoCloseable {
  /** The Lease, in the operator's namespace. */
  public static final String LEASE = "tidegate-status-writer";

  private static final Logger LOG = LoggerFactory.getLogger(WriterElection.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String replica;
  private final Duration leaseDuration;
  private final Duration renewDeadline;
  private final Duration pause;
  private final LongSupplier nanoTime;
  private Term term;
  private boolean closed;

  /**
   * @param leaseDuration after which others may take a Lease that is not renewed
   * @param nanoTime a clock that never goes back, such as {@link System#nanoTime}
   */
  public WriterElection(
      KubernetesClient client,
      String namespace,
      String replica,
      Duration leaseDuration,
      LongSupplier nanoTime) {
    this.client = client;
    this.namespace = namespace;
    this.replica = replica;
    this.leaseDuration = leaseDuration;
    this.renewDeadline = leaseDuration.multipliedBy(2).dividedBy(3);
    this.pause = leaseDuration.dividedBy(7);
    this.nanoTime = nanoTime;
  }

  /**
   * Stands for election until closed.
   *
   * @param elected called each time this replica becomes the writer, on the election's thread
   */
  public void start(Runnable elected) {
    Term next = new Term(elected);
    synchronized (this) {
      if (closed) {
        return;
      }
      term = next;
    }
    next.stand();
    // Closed in between: the term that close() ended had not begun yet.
    if (isClosed()) {
      next.end();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Also false while the last renewal lies further back than the renewal deadline: a renewal that
   * the API server leaves without an answer may go on for long, and others lead by then.
   */
  public synchronized boolean leading() {
    return term != null && term.leading && term.lock.isFresh();
  }

  /** Gives the Lease back, so that another replica need not wait for its end. */
  @Override
  public void close() {
    Term last;
    synchronized (this) {
      closed = true;
      last = term;
    }
    if (last != null) {
      last.end();
    }
  }

  /** From standing for election to the loss of the Lease. */
  private final class Term {
    private final Runnable elected;
    private final DatedLock lock = new DatedLock();
    private volatile boolean leading;
    private volatile CompletableFuture<?> running = CompletableFuture.completedFuture(null);

    Term(Runnable elected) {
      this.elected = elected;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // over() is told of every end
    void stand() {
      CompletableFuture<?> election = elector().start();
      running = election;
      election.whenComplete((done, failure) -> over(failure));
    }

    void end() {
      running.cancel(true);
      leading = false;
    }

    private void over(Throwable failure) {
      leading = false;
      if (failure != null) {
        LOG.info("This replica's election is interrupted and goes on: {}", failure.toString());
      }
      CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> start(elected));
    }

    private LeaderElector elector() {
      return client
          .leaderElector()
          .withConfig(
              new LeaderElectionConfigBuilder()
                  .withName(LEASE)
                  .withLock(lock)
                  .withLeaseDuration(leaseDuration)
                  .withRenewDeadline(renewDeadline)
                  .withRetryPeriod(pause)
                  .withReleaseOnCancel(true)
                  .withLeaderCallbacks(
                      new LeaderCallbacks(this::begin, () -> leading = false, Term::announce))
                  .build())
          .build();
    }

    /** Nobody holds a Lease that was given back. */
    private static void announce(String holder) {
      if (holder != null && !holder.isEmpty()) {
        LOG.info("Replica {} writes statuses", holder);
      }
    }

    private void begin() {
      leading = true;
      elected.run();
    }
  }

  /** The Lease, and when this replica last asked for what it then got. */
  private final class DatedLock extends LeaseLock {
    private long asked;
    private volatile long renewed;

    DatedLock() {
      super(namespace, LEASE, replica);
      renewed = nanoTime.getAsLong();
    }

    boolean isFresh() {
      return nanoTime.getAsLong() - renewed < renewDeadline.toNanos();
    }

    /** Begins each attempt. */
    @Override
    public synchronized LeaderElectionRecord get(KubernetesClient client) {
      asked = nanoTime.getAsLong();
      return super.get(client);
    }

    @Override
    public synchronized void create(KubernetesClient client, LeaderElectionRecord record) {
      super.create(client, record);
      renewed = asked;
    }

    @Override
    public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
      super.update(client, record);
      renewed = asked;
    }
  }
}
