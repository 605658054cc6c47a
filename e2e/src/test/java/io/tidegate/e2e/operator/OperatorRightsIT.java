package io.tidegate.e2e.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.StubSidecar;
import io.tidegate.operator.tls.CertificateIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart grants what the operator asks of the API server: nothing is missing, nothing unused.
 */
class OperatorRightsIT {
  private static final String SECRET = "tidegate-operator-tls";
  private static final String EVERY_KIND =
      """
      apiVersion: tidegate.io/v1alpha1
      kind: ModelProvider
      metadata: {namespace: NAMESPACE, name: NAME}
      spec: {type: OpenAICompatible, endpoint: 'https://p.example/v1', models: [{name: m}]}
      ---
      apiVersion: tidegate.io/v1alpha1
      kind: ModelRoute
      metadata: {namespace: NAMESPACE, name: NAME}
      spec: {models: [x], rules: [{name: all, targets: [{provider: p, model: m}]}]}
      ---
      apiVersion: tidegate.io/v1alpha1
      kind: TenantBudget
      metadata: {namespace: NAMESPACE, name: NAME}
      spec: {limits: [{name: r, requests: 5, window: Day}]}
      ---
      apiVersion: tidegate.io/v1alpha1
      kind: PromptVersion
      metadata: {namespace: NAMESPACE, name: NAME}
      spec: {prompt: p, version: v1, messages: [{role: system, content: Be brief.}]}
      ---
      apiVersion: tidegate.io/v1alpha1
      kind: SidecarProfile
      metadata: {namespace: NAMESPACE, name: NAME}
      spec: {}
      """;

  @TempDir Path directory;

  @Test
  void theChartGrantsExactlyWhatIsUsed() throws Exception {
    Path log = directory.resolve("audit.log");
    try (ControlPlane api = ControlPlane.start()) {
      restartWithAudit(api, log);
      try (Installation installation = Installation.of(api)) {
        installation.replica("operator-0").close();
        aCertificateThatNearsItsEnd(installation);
        String namespace = installation.governedNamespace("rights");
        aForeignCa(installation, namespace);
        Installation.Replica one = installation.replica("operator-1");
        installation.webhookTo(one);
        installation.policy(namespace, 100);
        aProviderWithItsOwnCa(installation, namespace);
        Pod pod = installation.runningPod(namespace, "app");
        String token = installation.kubeletToken(pod, "tidegate-operator");
        connected(installation, one, token);
        until("programmed", () -> installation.programmed(namespace).equals("1/1"));
        for (int time = 0; time < 2; time++) {
          aSkippedPod(installation, namespace);
        }
        until("report of the first replica", () -> installation.hasReportOf("operator-1"));
        one.close();
        Installation.Replica two = installation.replica("operator-2");
        installation.webhookTo(two);
        connected(installation, two, token);
        until("its report is taken over", () -> !installation.hasReportOf("operator-1"));
        aPodThatLostItsLabel(installation, two, pod, token);
        installation.review(two, "not-there");
        SortedSet<String> granted = GrantedRights.of(installation.admin);
        until(
            () -> "use of " + unused(granted, log),
            () -> {
              everyKindWhileSomebodyElseWritesIt(installation, namespace);
              installation.runningPod(installation.governedNamespace("late"), "late");
              return unused(granted, log).isEmpty();
            });
        assertThat(GrantedRights.used(log)).isEqualTo(granted);
      }
    }
  }

  private void restartWithAudit(ControlPlane api, Path log) throws IOException {
    Path policy = directory.resolve("audit.yaml");
    Files.writeString(
        policy,
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - level: Metadata
            users: ["system:serviceaccount:tidegate-system:tidegate-operator"]
        """);
    api.stopApiServer();
    api.startApiServer("--audit-policy-file=" + policy, "--audit-log-path=" + log);
  }

  /** The first replica has to renew it. */
  private static void aCertificateThatNearsItsEnd(Installation installation) {
    installation.admin.secrets().inNamespace(Installation.NAMESPACE).withName(SECRET).delete();
    Instant longAgo = Instant.now().minus(Duration.ofDays(80));
    CertificateIssuer.open(
        installation.admin, Installation.NAMESPACE, Set.of(), InstantSource.fixed(longAgo));
  }

  /** The operator has to write over it. */
  private static void aForeignCa(Installation installation, String namespace) {
    installation
        .admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("tidegate-ca")
                .endMetadata()
                .withData(Map.of("ca.crt", "theirs"))
                .build())
        .create();
  }

  private static void aProviderWithItsOwnCa(Installation installation, String namespace) {
    installation.apply(
        """
        apiVersion: tidegate.io/v1alpha1
        kind: ModelProvider
        metadata: {namespace: %s, name: own-ca}
        spec:
          type: OpenAICompatible
          endpoint: https://own.example/v1
          tls: {caBundle: {configMapRef: {name: own-ca}}}
          models: [{name: m}]
        """
            .formatted(namespace));
  }

  private static void connected(
      Installation installation, Installation.Replica replica, String token) {
    StubSidecar sidecar = installation.sidecar(replica).acknowledging().connect(token);
    until("configuration", () -> !sidecar.configurations().isEmpty());
  }

  /** Its owner gets an Event, and the second one counts. */
  private static void aSkippedPod(Installation installation, String namespace) {
    Pod pod =
        new PodBuilder(Installation.plainPod(namespace, "skipped"))
            .editSpec()
            .withHostNetwork(true)
            .endSpec()
            .build();
    Pod created = installation.admin.resource(pod).create();
    installation.admin.resource(created).withGracePeriod(0).delete();
  }

  /** The cache does not hold it any more, so the operator asks for it. */
  private static void aPodThatLostItsLabel(
      Installation installation, Installation.Replica replica, Pod pod, String token) {
    Installation.merge(
        installation.admin.resource(pod), "metadata: {labels: {tidegate.io/injected: null}}");
    assertThat(installation.sidecar(replica).connect(token).status()).isEqualTo(200);
  }

  /** The status write meets a newer object, and is made again on that one. */
  private static void everyKindWhileSomebodyElseWritesIt(
      Installation installation, String namespace) {
    String name = "n" + UUID.randomUUID();
    installation.apply(EVERY_KIND.replace("NAMESPACE", namespace).replace("NAME", name));
    for (int round = 0; round < 30; round++) {
      installation.apply(
          EVERY_KIND
              .replace("NAMESPACE", namespace)
              .replace("NAME", name + ", annotations: {round: '" + round + "'}"));
    }
    installation.delete(EVERY_KIND.replace("NAMESPACE", namespace).replace("NAME", name));
  }

  private static SortedSet<String> unused(SortedSet<String> granted, Path log) {
    try {
      SortedSet<String> unused = new TreeSet<>(granted);
      unused.removeAll(GrantedRights.used(log));
      return unused;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
