package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import io.tidegate.operator.status.WriterElection;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.ObjectRef;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever writes statuses may lose that right at any moment: what was said stays one truth. */
class StolenLeaseIT {
  private static final int THEFTS = 10;

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
  void theftsOfTheLeaseMakeNoTwoTruths() {
    for (int theft = 0; theft < THEFTS; theft++) {
      ofA.edit();
      steal();
      until("somebody leads again", () -> List.of("a", "b").contains(holder()));
      ofA.awaitProgrammed();
    }
    ofA.nothingWasTakenBack();
    assertThat(ofB.ended()).isFalse();
    Map<Long, List<String>> said = saidByGeneration();
    System.out.printf(
        "thefts: %d, status writes by a: %d, by b: %d%n",
        THEFTS, behindA.statusWrites().size(), behindB.statusWrites().size());
    said.forEach(
        (generation, contents) ->
            assertThat(new HashSet<>(contents))
                .as("said of generation %d, in order: %s", generation, contents)
                .hasSameSizeAs(contents));
  }

  @Test
  void aWriterThatWasCutOffWritesNothingOverItsSuccessor() {
    wire.stall();
    ofA.sidecar.acknowledge(
        ofA.sidecar.session(), Verdict.Refused, new ObjectRef("ModelRoute", ofA.namespace, "r"));
    int before = behindA.statusWrites().size();
    until("the other writes", () -> "b".equals(holder()));
    ofA.edit();
    until("of the new generation", ofA::isObserved);
    wire.heal();
    ofA.awaitProgrammed();
    assertThat(behindA.statusWrites()).hasSize(before);
  }

  /** What was said of the route, without times and without repetitions, in the API's order. */
  private Map<Long, List<String>> saidByGeneration() {
    Map<Long, List<String>> said = new TreeMap<>();
    Stream.of(behindA, behindB)
        .flatMap(way -> way.statusWrites().stream())
        .filter(write -> write.path().endsWith("/" + ofA.namespace + "/modelroutes/r/status"))
        .map(write -> Serialization.unmarshal(write.object(), JsonNode.class))
        .sorted(Comparator.comparingLong(StolenLeaseIT::resourceVersion))
        .map(object -> object.path("status"))
        .forEach(
            status -> {
              List<String> contents =
                  said.computeIfAbsent(
                      status.path("observedGeneration").asLong(), _ -> new ArrayList<>());
              String content = content(status);
              if (contents.isEmpty() || !contents.getLast().equals(content)) {
                contents.add(content);
              }
            });
    return said;
  }

  private static long resourceVersion(JsonNode object) {
    return object.path("metadata").path("resourceVersion").asLong();
  }

  private static String content(JsonNode status) {
    StringBuilder content = new StringBuilder(status.path("programmed").asText());
    for (JsonNode condition : status.path("conditions")) {
      content
          .append(' ')
          .append(condition.path("type").asText())
          .append('=')
          .append(condition.path("status").asText());
    }
    return content.toString();
  }

  private static io.fabric8.kubernetes.client.dsl.Resource<Lease> lease() {
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
              lease.getSpec().setHolderIdentity("thief");
              lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
              return lease;
            });
  }
}
