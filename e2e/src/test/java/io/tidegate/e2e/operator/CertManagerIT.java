package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The chart with {@code certificates.issuer: CertManager}, and cert-manager's own code beside it.
 * The API server calls the operator as the chart has it: by its Service, with the caBundle that
 * cert-manager wrote.
 */
class CertManagerIT {
  private static final String SECRET = "tidegate-operator-certificate";
  private static final String CA = "tidegate-operator-ca";

  private static ControlPlane api;
  private static Installation installation;
  private static Installation.Replica replica;
  private static NamedService service;
  private static String namespace;

  /** As a user does it: all at once, so that the operator starts before it has a certificate. */
  @BeforeAll
  static void start() throws Exception {
    Optional<String> address = NamedService.addressOfThisMachine();
    assumeTrue(address.isPresent(), "A Service leads to no address of loopback; there is no other");
    service =
        new NamedService("tidegate-operator." + Installation.NAMESPACE + ".svc", address.get());
    api = ControlPlane.start();
    api.defineCertManager();
    installation = Installation.of(api, "--set", "certificates.issuer=CertManager");
    CompletableFuture<Installation.Replica> starting =
        CompletableFuture.supplyAsync(
            CertManagerIT::newReplica, task -> Thread.ofPlatform().daemon().start(task));
    until("it looks again for its certificate", () -> starting.isDone() || looks() > 1);
    assertThat(starting).as("it waits").isNotDone();
    api.startCertManager();
    until(
        () -> "the certificate is issued and served; " + api.endOfLog("cert-manager"),
        starting::isDone);
    replica = starting.join();
    lead();
    namespace = installation.governedNamespace("team");
    installation.policy(namespace, 100);
  }

  @AfterAll
  static void stop() throws Exception {
    if (installation != null) {
      installation.close();
    }
    if (api != null) {
      api.close();
    }
    if (service != null) {
      service.close();
    }
  }

  @Test
  void podsAreInjectedByWayOfTheCaBundleThatCertManagerWrote() {
    Pod pod = installation.pods.running(namespace, "injected");
    assertThat(certificates(injectedCa(pod)))
        .contains(certificates(value(SECRET, "ca.crt")).getFirst());
    StubSidecar sidecar = connected(pod, injectedCa(pod));
    until("configuration", () -> !sidecar.configurations().isEmpty());
  }

  @Test
  void aRenewedCertificateIsServedAndNoStreamEnds() {
    Pod pod = installation.pods.running(namespace, "renewed");
    StubSidecar sidecar = connected(pod, injectedCa(pod));
    String before = value(SECRET, "tls.crt");
    renew();
    until("it is issued anew", () -> !value(SECRET, "tls.crt").equals(before));
    X509Certificate renewed = certificates(value(SECRET, "tls.crt")).getFirst();
    until("it is served", () -> service.shown(injectedCa(pod)).filter(renewed::equals).isPresent());
    assertThat(sidecar.ended()).isFalse();
  }

  @Test
  void aCaThatWasReplacedStaysTrustedAlsoAfterARestart() {
    Pod pod = installation.pods.running(namespace, "before");
    String old = injectedCa(pod);
    StubSidecar sidecar = connected(pod, old);

    String replaced = replaceCa();
    until("it is served under the new CA", () -> service.shown(replaced).isPresent());
    assertThat(service.shown(old)).as("to who knows only the old one").isEmpty();
    assertThat(sidecar.ended()).as("the stream of before").isFalse();
    List<X509Certificate> all = new ArrayList<>(certificates(replaced));
    all.addAll(certificates(old));
    until("the pod's node can give it both", () -> published(namespace).equals(all));
    until("the API server trusts both", () -> caBundle().containsAll(all));
    connected(pod, publishedPem(namespace));

    replica.close();
    replica = newReplica();
    lead();
    assertThat(published(Installation.NAMESPACE)).isEqualTo(all);
    connected(pod, publishedPem(namespace));
    Pod later = installation.pods.running(namespace, "after");
    assertThat(certificates(injectedCa(later))).isEqualTo(all);
    connected(later, injectedCa(later));
  }

  /** With what the chart sets; at an address to which a Service can lead. */
  private static Installation.Replica newReplica() {
    Stream<EnvVar> chart =
        installation
            .admin
            .apps()
            .deployments()
            .inNamespace(Installation.NAMESPACE)
            .withName("tidegate-operator")
            .require()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getEnv()
            .stream()
            .filter(variable -> variable.getValueFrom() == null);
    Stream<String> settings =
        chart.flatMap(
            variable ->
                Stream.of(
                    variable.getName().substring("TIDEGATE_".length()),
                    Optional.ofNullable(variable.getValue()).orElse("")));
    Stream<String> ours =
        Stream.of("HOST", service.address(), "OPERATOR_URL", "https://" + service.name() + ":8443");
    return installation.replica("operator-1", Stream.concat(settings, ours).toArray(String[]::new));
  }

  /** How often a Secret was asked for that is not there. */
  private static double looks() {
    return Metrics.sum(
        installation.admin.raw("/metrics"),
        "apiserver_request_total{code=\"404\",component=\"apiserver\",dry_run=\"\",group=\"\","
            + "resource=\"secrets\"");
  }

  /** The operator's Service leads to this replica: what the cluster's controllers do. */
  private static void lead() {
    service.leadTo(replica.operator().tlsPort());
    installation.apply(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          namespace: %s
          name: tidegate-operator-test
          labels: {kubernetes.io/service-name: tidegate-operator}
        addressType: IPv4
        endpoints: [{addresses: [%s], conditions: {ready: true}}]
        ports: [{name: tls, port: %d, protocol: TCP}]
        """
            .formatted(Installation.NAMESPACE, service.address(), replica.operator().tlsPort()));
  }

  /** As {@code cmctl renew} does it. */
  private static void renew() {
    Resource<GenericKubernetesResource> certificate =
        installation
            .admin
            .genericKubernetesResources("cert-manager.io/v1", "Certificate")
            .inNamespace(Installation.NAMESPACE)
            .withName("tidegate-operator");
    Map<String, Object> status = certificate.require().get("status");
    List<Object> conditions = new ArrayList<>();
    conditions.addAll((List<?>) status.get("conditions"));
    conditions.removeIf(one -> "Issuing".equals(((Map<?, ?>) one).get("type")));
    conditions.add(
        Map.of(
            "type", "Issuing",
            "status", "True",
            "reason", "ManuallyTriggered",
            "message", "the test asks for it",
            "lastTransitionTime", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    certificate
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("status", Map.of("conditions", conditions))));
  }

  /** Loses the CA's Secret, which cert-manager makes anew, and has a certificate issued by it. */
  private static String replaceCa() {
    String before = value(CA, "tls.crt");
    secret(CA).delete();
    until(
        "another CA",
        () -> !value(CA, "tls.crt").isEmpty() && !value(CA, "tls.crt").equals(before));
    String after = value(CA, "tls.crt");
    String[] last = {""};
    until(
        () -> "its certificate; " + api.endOfLog("cert-manager"),
        () -> {
          String now = value(SECRET, "tls.crt");
          if (!last[0].equals(now)) {
            last[0] = now;
            renew();
          }
          return value(SECRET, "ca.crt").equals(after);
        });
    return after;
  }

  private static Resource<Secret> secret(String name) {
    return installation.admin.secrets().inNamespace(Installation.NAMESPACE).withName(name);
  }

  /** Empty where there is none. */
  private static String value(String secret, String key) {
    return Optional.ofNullable(secret(secret).get())
        .map(found -> decoded(found.getData().getOrDefault(key, "")))
        .orElse("");
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
  }

  private static List<X509Certificate> certificates(String pem) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new AssertionError(pem, e);
    }
  }

  private static String injectedCa(Pod pod) {
    return pod.getSpec().getInitContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals("TIDEGATE_CA_PEM"))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private static String publishedPem(String where) {
    return Optional.ofNullable(
            installation.admin.configMaps().inNamespace(where).withName("tidegate-ca").get())
        .map(found -> found.getData().get("ca.crt"))
        .orElse("");
  }

  /** Of the webhook, as cert-manager wrote it. */
  private static List<X509Certificate> caBundle() {
    return certificates(OperatorTls.caBundle(installation.admin));
  }

  private static List<X509Certificate> published(String where) {
    return certificates(publishedPem(where));
  }

  /** The pod's sidecar, served; it trusts these CAs alone. */
  private static StubSidecar connected(Pod pod, String caPem) {
    StubSidecar sidecar =
        service.sidecar(caPem).connect(installation.pods.kubeletToken(pod, "tidegate-operator"));
    assertThat(sidecar.status()).isEqualTo(200);
    return sidecar;
  }
}
