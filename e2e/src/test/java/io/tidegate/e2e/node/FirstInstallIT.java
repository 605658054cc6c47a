package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.e2e.OperatorProcess;
import io.tidegate.e2e.cluster.Ran;
import io.tidegate.e2e.cluster.SharedNode;
import io.tidegate.e2e.cluster.WholeCluster;
import io.tidegate.provider.SampleProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * README's story of a cluster: two installs, two objects, one label, one restart, and an official
 * SDK that knows nothing of it makes a governed call.
 */
@ExtendWith(SharedNode.class)
class FirstInstallIT {
  private static final String NAMESPACE = "first-install";

  @TempDir Path directory;

  @BeforeAll
  static void install(WholeCluster cluster) {
    Installed.on(cluster);
  }

  @Test
  void anSdkThatKnowsNothingOfItMakesAGovernedCall(WholeCluster cluster) throws Exception {
    try (SampleProvider provider = SampleProvider.start(cluster.machine(), 0, "the-real-key")) {
      apply(cluster, application());
      ready(cluster);
      until("the SDK alone finds no provider", () -> log(cluster).contains("failed"));

      apply(cluster, policy("http://" + cluster.machine() + ":" + provider.port() + "/v1"));
      run(cluster, "label", "namespace", NAMESPACE, "tidegate.io/inject=enabled");
      Installed.untilInjecting(new Kubectl(cluster, NAMESPACE));
      run(cluster, "rollout", "restart", "deployment/app", "--namespace", NAMESPACE);
      ready(cluster);

      until(() -> "an answer; the log: " + log(cluster), () -> log(cluster).contains("answered"));
      until(
          () -> "the route on every pod: " + get(cluster),
          () -> get(cluster).matches("(?s).*modelroute\\S*/chat\\s+True\\s+1/1.*"));
      assertThat(run(cluster, "describe", "modelroute", "chat", "--namespace", NAMESPACE))
          .contains("Programmed", "ModelRoute " + NAMESPACE + "/chat");
      assertThat(environment(cluster)).doesNotContain("the-real-key");
      anUnknownFieldIsRefusedWithItsPath(cluster);
    }
  }

  private void anUnknownFieldIsRefusedWithItsPath(WholeCluster cluster) throws Exception {
    Path file = directory.resolve("unknown.yaml");
    Files.writeString(
        file,
        """
        apiVersion: tidegate.io/v1alpha1
        kind: ModelRoute
        metadata: {name: chat, namespace: %s}
        spec: {rules: [{name: everything, targets: [{provider: openai, model: small, wieght: 1}]}]}
        """
            .formatted(NAMESPACE));
    Ran refused = cluster.run("kubectl", "apply", "-f", file.toString());
    assertThat(refused.err()).contains("unknown field \"spec.rules[0].targets[0].wieght\"");
  }

  /** The SDK's program, with nothing in its environment but what injection adds. */
  private static String application() {
    String classPath =
        Arrays.stream(OperatorProcess.classPath().split(":"))
            .map(entry -> "/host" + Path.of(entry).toAbsolutePath().normalize())
            .collect(Collectors.joining(":"));
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %1$s}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app, namespace: %1$s}
    spec:
      selector: {matchLabels: {app: app}}
      template:
        metadata: {labels: {app: app}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - name: app
              image: tidegate/sidecar:0.1.0 # for its C library
              imagePullPolicy: Never
              command: ["/host%2$s/bin/java", "-cp", "%3$s", "%4$s"]
              securityContext: {runAsUser: 0}
              volumeMounts: [{name: host, mountPath: /host, readOnly: true}]
          volumes: [{name: host, hostPath: {path: /}}]
    """
        .formatted(
            NAMESPACE, System.getProperty("java.home"), classPath, Assistant.class.getName());
  }

  private static String policy(String endpoint) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: openai, namespace: tidegate-system}
    stringData: {apiKey: the-real-key}
    ---
    apiVersion: tidegate.io/v1alpha1
    kind: ModelProvider
    metadata: {name: openai, namespace: tidegate-system}
    spec:
      type: OpenAI
      endpoint: %s
      tls: {mode: Plaintext} # the sample provider; yours speaks TLS
      credentials: {apiKey: {secretRef: {name: openai}}}
      allowedNamespaces: {from: All}
      models: [{name: small, id: small-1}]
    ---
    apiVersion: tidegate.io/v1alpha1
    kind: ModelRoute
    metadata: {name: chat, namespace: %s}
    spec:
      rules:
        - name: everything
          targets: [{provider: openai, model: small}]
    """
        .formatted(endpoint, NAMESPACE);
  }

  private void apply(WholeCluster cluster, String yaml) throws Exception {
    Path file = directory.resolve("objects.yaml");
    Files.writeString(file, yaml);
    run(cluster, "apply", "-f", file.toString());
  }

  private static void ready(WholeCluster cluster) throws Exception {
    run(
        cluster,
        "rollout",
        "status",
        "deployment/app",
        "--namespace",
        NAMESPACE,
        "--timeout",
        "120s");
  }

  private static String environment(WholeCluster cluster) throws Exception {
    return run(cluster, "get", "pods", "--namespace", NAMESPACE, "--output", "yaml");
  }

  private static String get(WholeCluster cluster) {
    return ran(cluster, "get", "mr,tb,mp", "--all-namespaces").orFail();
  }

  /** What the application printed; nothing while its pod is being replaced. */
  private static String log(WholeCluster cluster) {
    Ran ran =
        ran(
            cluster,
            "logs",
            "--selector",
            "app=app",
            "--container",
            "app",
            "--tail",
            "-1",
            "--namespace",
            NAMESPACE);
    return ran.exit() == 0 ? ran.out() : "";
  }

  private static Ran ran(WholeCluster cluster, String... arguments) {
    return cluster.run("kubectl", arguments);
  }

  private static String run(WholeCluster cluster, String... arguments) throws Exception {
    return cluster.run("kubectl", arguments).orFail();
  }
}
