package io.tidegate.operator.status;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.TestCluster;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriterElectionTest {
  private final TestCluster cluster = new TestCluster();
  private final AtomicInteger elected = new AtomicInteger();

  /** Nanoseconds by which the writers' clock is ahead of this machine's. */
  private final AtomicLong ahead = new AtomicLong();

  private final WriterElection election = election("a");

  private WriterElection election(String replica) {
    return new WriterElection(
        cluster.client(),
        TestCluster.OPERATOR,
        replica,
        Duration.ofSeconds(1),
        () -> System.nanoTime() + ahead.get());
  }

  @AfterEach
  void close() {
    election.close();
    cluster.close();
  }

  @Test
  void aWriterThatLostTheLeaseForGoodIsElectedAgainWhenItIsFree() {
    election.start(elected::incrementAndGet);
    until("elected", election::leading);
    for (int term = 2; term <= 3; term++) {
      // A thief that renews for longer than the renewal deadline ends the term for good.
      until("the theft", () -> renews("thief"));
      until(
          "the loss",
          () -> {
            renews("thief");
            return !election.leading();
          });
      int next = term;
      until("elected again", () -> election.leading() && elected.get() >= next);
    }
  }

  /** A renewal may hang in a connection for longer than the Lease lasts. */
  @Test
  void aWriterWhoseLastRenewalIsLongAgoDoesNotLead() {
    election.start(elected::incrementAndGet);
    until("elected", election::leading);
    until(
        "no renewal came in between",
        () -> {
          ahead.addAndGet(Duration.ofSeconds(1).toNanos());
          return !election.leading();
        });
    until("the next renewal", election::leading);
  }

  @Test
  void aWriterThatClosesGivesTheLeaseToTheNext() {
    election.start(elected::incrementAndGet);
    until("elected", election::leading);
    try (WriterElection next = election("b")) {
      next.start(() -> {});
      election.close();
      until("the next", next::leading);
      assertThat(election.leading()).isFalse();
    }
  }

  /** False if the holder renewed in between. */
  private boolean renews(String thief) {
    ZonedDateTime renewed = ZonedDateTime.now(ZoneOffset.UTC);
    try {
      cluster
          .client()
          .resources(Lease.class)
          .inNamespace(TestCluster.OPERATOR)
          .withName(WriterElection.LEASE)
          .edit(
              lease -> {
                lease.getSpec().setHolderIdentity(thief);
                lease.getSpec().setRenewTime(renewed);
                return lease;
              });
      return true;
    } catch (KubernetesClientException conflict) {
      return false;
    }
  }
}
