package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import io.tidegate.operator.status.WriterElection;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever writes statuses may lose that right at any moment: what was said stays one truth. */
class StolenLeaseIT {
  private static final int THEFTS = 10;
  private static final String THIEF = "thief";
  private static final List<String> REPLICAS = List.of("a", "b");

  private static ControlPlane api;
  private static Installation installation;

  private FaultyApi behindA;
  private FaultyApi behindB;
  private FaultyWire wire;
  private Installation.Replica a;
  private Installation.Replica b;
  private Governed ofA;
  private StubSidecar ofB;

  @BeforeAll
  static void start() {
    api = ControlPlane.start();
    installation = Installation.of(api);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {installation, api}) {
      if (one != null) {
        one.close();
      }
    }
  }

  /** The first replica is the writer; each has one sidecar of the same namespace. */
  @BeforeEach
  void twoReplicas() {
    behindA = new FaultyApi(api.config());
    behindB = new FaultyApi(api.config());
    wire = new FaultyWire(behindA.url());
    a = replica("a", wire.url());
    until("the first writes", () -> "a".equals(holder()));
    b = replica("b", behindB.url());
    ofA = new Governed(installation, a);
    Pod pod = installation.pods.running(ofA.namespace, "other");
    ofB =
        installation
            .sidecar(b)
            .acknowledging()
            .connect(installation.pods.kubeletToken(pod, "tidegate-operator"));
    ofA.expect(2);
  }

  @AfterEach
  void end() {
    for (AutoCloseable one : new AutoCloseable[] {ofA, ofB, a, b, wire, behindA, behindB}) {
      try {
        if (one != null) {
          one.close();
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Installation.Replica replica(String name, String url) {
    return installation.replica(
        name,
        new Rerouted(api, url),
        "LEASE_DURATION_MILLIS",
        "2000",
        "STATUS_INTERVAL_MILLIS",
        "50");
  }

  @Test
  void theftsOfTheLeaseMakeNoTwoWriters() {
    NavigableMap<Long, String> holders = new ConcurrentSkipListMap<>();
    try (SharedIndexInformer<Lease> leases = lease().inform(new Holders(holders))) {
      for (int theft = 0; theft < THEFTS; theft++) {
        ofA.edit();
        steal();
        until("somebody leads again", () -> REPLICAS.contains(holder()));
        ofA.awaitProgrammed();
      }
      until("the last holder is seen", () -> holders.lastEntry().getValue().equals(holder()));
    }
    ofA.nothingWasTakenBack();
    assertThat(ofB.ended()).isFalse();
    assertThat(holders.values()).filteredOn(THIEF::equals).hasSize(THEFTS);
    System.out.printf(
        "thefts: %d, holders: %d, status writes by a: %d, by b: %d%n",
        THEFTS, holders.size(), behindA.statusWrites().size(), behindB.statusWrites().size());
    assertThat(writesUnder("b", behindA, holders)).as("by a while b led").isEmpty();
    assertThat(writesUnder("a", behindB, holders)).as("by b while a led").isEmpty();
  }

  /** Versions of statuses and Leases are of one order: etcd's. */
  private static List<String> writesUnder(
      String holder, FaultyApi writer, NavigableMap<Long, String> holders) {
    return writer.statusWrites().stream()
        .filter(
            write -> {
              var lease = holders.lowerEntry(write.version());
              return lease != null && lease.getValue().equals(holder);
            })
        .map(write -> write.version() + " " + write.path())
        .toList();
  }

  /** Who held the Lease from which version on. */
  private record Holders(NavigableMap<Long, String> seen) implements ResourceEventHandler<Lease> {
    @Override
    public void onAdd(Lease lease) {
      saw(lease);
    }

    @Override
    public void onUpdate(Lease before, Lease lease) {
      saw(lease);
    }

    /** Renewals are left out. */
    private void saw(Lease lease) {
      String holder = String.valueOf(lease.getSpec().getHolderIdentity());
      if (seen.isEmpty() || !seen.lastEntry().getValue().equals(holder)) {
        seen.put(Long.valueOf(lease.getMetadata().getResourceVersion()), holder);
      }
    }

    @Override
    public void onDelete(Lease lease, boolean finalStateUnknown) {
      throw new AssertionError("nobody deletes it");
    }
  }

  @Test
  void aWriterThatWasCutOffWritesNothingOverItsSuccessor() {
    wire.stall();
    ofA.sidecar.acknowledge(
        ofA.sidecar.session(), Verdict.Refused, new ObjectRef("ModelRoute", ofA.namespace, "r"));
    until("the other writes", () -> "b".equals(holder()));
    int before = behindA.statusWrites().size();
    ofA.edit();
    until("of the new generation", ofA::isObserved);
    wire.heal();
    ofA.awaitProgrammed();
    assertThat(behindA.statusWrites()).hasSize(before);
  }

  private static Resource<Lease> lease() {
    return installation
        .admin
        .resources(Lease.class)
        .inNamespace(Installation.NAMESPACE)
        .withName(WriterElection.LEASE);
  }

  private static String holder() {
    Lease lease = lease().get();
    return lease == null ? null : lease.getSpec().getHolderIdentity();
  }

  private static void steal() {
    lease()
        .edit(
            lease -> {
              lease.getMetadata().setResourceVersion(null);
              lease.getSpec().setHolderIdentity(THIEF);
              lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
              return lease;
            });
  }
}
