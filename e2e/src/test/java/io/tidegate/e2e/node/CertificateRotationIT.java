package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import io.tidegate.e2e.operator.Metrics;
import io.tidegate.e2e.operator.OperatorTls;
import io.tidegate.provider.SampleProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Certificate and CA are replaced by hand, as charts/README.md says, while everything runs. */
@ExtendWith(SharedNode.class)
class CertificateRotationIT {
  private static final int TLS_PORT = 8443;
  private static final int LEAST_PODS = 10;
  private static final Duration BETWEEN_PODS = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

  private WholeCluster cluster;
  private SampleProvider provider;
  private Witness witness;
  private SteadyPods steady;

  @BeforeEach
  void start(WholeCluster shared) throws Exception {
    cluster = shared;
    Installed.on(cluster);
    provider = SampleProvider.start(cluster.machine(), 0, "the-real-key");
    witness = new Witness(cluster.machine());
    steady =
        new SteadyPods(
            cluster, witness, "http://" + cluster.machine() + ":" + provider.port() + "/v1");
  }

  @AfterEach
  void stop() {
    steady.close();
    witness.close();
    provider.close();
  }

  @Test
  void newCertificatesAndANewCaCostNoCallNoInjectionAndNoConfiguration() throws Exception {
    List<String> commands = commands();
    steady.deploy("first", "second");
    steady.untilProgrammed("2/2");
    double passedOver = passedOver();
    try (PodStream stream = new PodStream(cluster, BETWEEN_PODS)) {
      for (int rotation = 1; rotation <= 2; rotation++) {
        X509Certificate before = served();
        type(commands.getFirst());
        untilServed("another certificate", leaf -> !leaf.equals(before));
        stream.await(1);
      }
      rotateCa(commands.getLast());
      steady.deploy("late");
      edit();
      witness.awaitMore(1, steady.names());
      stream.await(LEAST_PODS);
      assertThat(stream.missed()).as("pods without sidecar").isEmpty();
    }
    assertThat(witness.failures()).isEmpty();
    assertThat(passedOver()).as("reviews that the API server could not ask").isEqualTo(passedOver);
  }

  private void rotateCa(String command) {
    X509Certificate before = served();
    List<X509Certificate> old = published();
    type(command);
    until("the next CA beside the old ones", () -> published().size() == old.size() + 1);
    assertThat(published()).containsAll(old);
    X509Certificate next = published().getFirst();
    String name = next.getSubjectX500Principal().getName();
    until("both replicas know " + name, () -> slowly(() -> replicasThatSay(name) == 2));
    until(
        "the webhook's caBundle",
        () -> slowly(() -> OperatorTls.caBundle(steady.admin).equals(pem())));
    until("the nodes passed it on", () -> slowly(this::passedOn));
    assertThat(served()).as("still the old CA's").isEqualTo(before);

    type(command);
    untilServed(
        "a certificate of the next CA",
        leaf -> leaf.getIssuerX500Principal().equals(next.getSubjectX500Principal()));
    assertThat(published()).as("trusted").contains(next).containsAll(old);
  }

  /** An edit reaches every sidecar and each says so, on a new connection. */
  private void edit() {
    steady.kubectl.run(
        "patch", "modelroute", "chat", "--type=merge", "--patch", "{\"spec\":{\"priority\":7}}");
    until(
        () ->
            "in force with all three: "
                + steady.kubectl.run("describe", "modelroute", "chat")
                + said(),
        () -> slowly(() -> status().matches("(\\d+) \\1 3/3")));
  }

  /** What the sidecars say of their connection. */
  private List<String> said() {
    return steady.pods().stream()
        .map(pod -> pod.getMetadata().getName() + ": " + steady.ask(pod, "/config"))
        .toList();
  }

  private String status() {
    return steady.kubectl.run(
        "get",
        "modelroute",
        "chat",
        "--output=jsonpath={.metadata.generation} {.status.observedGeneration}"
            + " {.status.programmed}");
  }

  /** The commands of the page that take a certificate, and a CA, out of the Secret. */
  private static List<String> commands() throws IOException {
    List<String> commands =
        Files.readAllLines(Path.of("../charts/README.md")).stream()
            .filter(line -> line.startsWith("kubectl patch secret " + OperatorTls.SECRET))
            .toList();
    assertThat(commands).hasSize(2);
    return commands;
  }

  private void type(String command) {
    String[] words = command.replace("'", "").split(" ");
    cluster.run(words[0], List.of(words).subList(1, words.length).toArray(String[]::new)).orFail();
  }

  private void untilServed(String what, Predicate<X509Certificate> wanted) {
    AtomicReference<IOException> last = new AtomicReference<>();
    until(
        () -> what + " from each replica; last failure: " + last,
        () -> slowly(() -> isServedByAll(wanted, last)));
  }

  /** A connection that fails says nothing of the certificate: not yet. */
  private boolean isServedByAll(
      Predicate<X509Certificate> wanted, AtomicReference<IOException> last) {
    try {
      Set<X509Certificate> served = new HashSet<>();
      for (Pod operator : Replicas.serving(steady.admin)) {
        served.add(served(operator));
      }
      return served.size() == 1 && served.stream().allMatch(wanted);
    } catch (IOException e) {
      last.set(e);
      return false;
    }
  }

  /** Each look costs the node handshakes. */
  private static boolean slowly(java.util.function.BooleanSupplier look) {
    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    return look.getAsBoolean();
  }

  /** By each replica, once that is the same. */
  private X509Certificate served() {
    AtomicReference<X509Certificate> served = new AtomicReference<>();
    untilServed(
        "one certificate",
        leaf -> {
          served.set(leaf);
          return true;
        });
    return served.get();
  }

  private X509Certificate served(Pod operator) throws IOException {
    return OperatorTls.served(operator.getStatus().getPodIP(), TLS_PORT, pem());
  }

  private long replicasThatSay(String part) {
    Kubectl system = new Kubectl(cluster, Chart.NAMESPACE);
    return Replicas.serving(steady.admin).stream()
        .filter(pod -> system.run("logs", pod.getMetadata().getName()).contains(part))
        .count();
  }

  /** Whom the sidecars of the namespace are told to trust. */
  private String pem() {
    return steady
        .admin
        .configMaps()
        .inNamespace(steady.namespace)
        .withName("tidegate-ca")
        .require()
        .getData()
        .get("ca.crt");
  }

  private List<X509Certificate> published() {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem().getBytes(StandardCharsets.US_ASCII)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  /** A pod that is changed is looked after at once, where else it takes up to two minutes. */
  private boolean passedOn() {
    steady.kubectl.run(
        "annotate", "pods", "--all", "--overwrite", "tidegate.test/look=" + System.nanoTime());
    return steady.pods().stream().allMatch(pod -> pem().equals(passedOn(pod)));
  }

  private String passedOn(Pod pod) {
    Path file =
        cluster.configMapVolume(pod.getMetadata().getUid(), "tidegate-ca").resolve("ca.crt");
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the API server counts reviews that failed and that it went on without. */
  private double passedOver() {
    return Metrics.sum(
        steady.admin.raw("/metrics"), "apiserver_admission_webhook_fail_open_count{");
  }
}
