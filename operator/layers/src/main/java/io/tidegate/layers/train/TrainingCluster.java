package io.tidegate.layers.train;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.embedded.EmbeddedApi;
import io.tidegate.cli.local.LoopbackNetwork;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The API of {@code tidegate up} in this process, with objects of every kind. */
final class TrainingCluster implements AutoCloseable {
  static final int TLS_PORT = 8443;
  static final int ADMIN_PORT = 8080;
  static final String NAMESPACE = "training";

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SYSTEM = "tidegate-system";

  private final Path work;
  private final Path hosts;
  private final LoopbackNetwork network;
  private final EmbeddedApi api;
  private final KubernetesClient client;

  private TrainingCluster(Path work, Path hosts, LoopbackNetwork network, EmbeddedApi api) {
    this.work = work;
    this.hosts = hosts;
    this.network = network;
    this.api = api;
    this.client = api.client();
  }

  /** With definitions and webhook, as before an operator starts. */
  static TrainingCluster start(Path work) throws IOException {
    Path hosts = work.resolve("hosts");
    LoopbackNetwork network = LoopbackNetwork.claim(hosts, TLS_PORT, ADMIN_PORT);
    network.name(SYSTEM, "tidegate-operator", network.first());
    EmbeddedApi api = EmbeddedApi.start(network.first(), 0, network, InstantSource.system());
    TrainingCluster cluster = new TrainingCluster(work, hosts, network, api);
    CrdFiles.load().forEach(crd -> cluster.client.resource(crd).create());
    cluster
        .client
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .create();
    cluster.create(resource("webhook.yaml"));
    return cluster;
  }

  String address() {
    return network.first();
  }

  KubernetesClient client() {
    return client;
  }

  /** What the operator's process has in its environment. */
  Map<String, String> operatorEnvironment() throws IOException {
    Path kubeconfig = work.resolve("kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig());
    return Map.of("KUBECONFIG", kubeconfig.toString(), "TIDEGATE_HOST", address());
  }

  /** Once an operator runs; returns when its webhook can be called. */
  void populate(int providerPort) throws IOException {
    await("the webhook is not trusted", this::isWebhookTrusted);
    create(resource("objects.yaml").replace("PROVIDER", "127.0.0.1:" + providerPort));
  }

  private boolean isWebhookTrusted() {
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("tidegate")
        .get()
        .getWebhooks()
        .stream()
        .map(webhook -> webhook.getClientConfig().getCaBundle())
        .allMatch(ca -> ca != null && !ca.isEmpty());
  }

  /** As admission left it. */
  Pod createPod(String name) {
    return client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("default")
                .addNewContainer()
                .withName("app")
                .withImage("example.test/app:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** What a kubelet would mount for the sidecar. */
  String token(Pod pod) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences("tidegate-operator")
            .withExpirationSeconds(3600L)
            .withNewBoundObjectRef(
                "v1", "Pod", pod.getMetadata().getName(), pod.getMetadata().getUid())
            .endSpec()
            .build();
    return client
        .serviceAccounts()
        .inNamespace(NAMESPACE)
        .withName("default")
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  /** The sidecar's own variables, with this run's folders in place of the volumes. */
  Map<String, String> sidecarEnvironment(Pod pod, int calls, int admin) throws IOException {
    Map<String, String> environment = new HashMap<>();
    pod.getSpec().getInitContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .forEach((EnvVar variable) -> environment.put(variable.getName(), variable.getValue()));
    Path token = work.resolve("token");
    Files.writeString(token, token(pod));
    environment.put("TIDEGATE_NAMESPACE", NAMESPACE);
    environment.put("TIDEGATE_POD", pod.getMetadata().getName());
    environment.put("TIDEGATE_HOSTS_FILE", hosts.toString());
    environment.put("TIDEGATE_TOKEN_FILE", token.toString());
    environment.put("TIDEGATE_LISTEN", "127.0.0.1:" + calls);
    environment.put("TIDEGATE_ADMIN_LISTEN", "127.0.0.1:" + admin);
    environment.put("TIDEGATE_STATE_DIR", folder("state"));
    environment.put("TIDEGATE_CREDENTIALS_DIR", folder("credentials"));
    return environment;
  }

  private String folder(String name) throws IOException {
    return Files.createDirectories(work.resolve(name)).toString();
  }

  static void await(String complaint, BooleanSupplier condition) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException("in the training run " + complaint);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private void create(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = TrainingCluster.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    client.close();
    api.close();
  }
}
