package io.tidegate.e2e.operator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelRoute;
import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.operator.Operator;
import io.tidegate.operator.OperatorSettings;
import io.tidegate.operator.StubSidecar;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The charts installed on an API, and replicas of the operator in this process that act as the
 * chart's ServiceAccount. The webhook is reached by URL, since no Service has endpoints here.
 */
final class Installation implements AutoCloseable {
  static final String NAMESPACE = Chart.NAMESPACE;
  static final String ACCOUNT = "tidegate-operator";

  final Cluster cluster;
  final KubernetesClient admin;
  final Pods pods;
  private final Vertx vertx = Vertx.vertx();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private Installation(Cluster cluster) {
    this.cluster = cluster;
    this.admin = cluster.admin();
    this.pods = new Pods(cluster, admin);
  }

  /**
   * Installs both charts.
   *
   * @param more further arguments of {@code helm install} for the operator's
   */
  static Installation of(Cluster cluster, String... more) {
    Chart.CRDS.install(cluster);
    Chart.OPERATOR.install(cluster, more);
    return new Installation(cluster);
  }

  /** A replica of this name, ready; further settings as pairs without their prefix. */
  Replica replica(String name, String... settings) {
    return replica(name, cluster, settings);
  }

  /** The same with its API server reached another way. */
  Replica replica(String name, Cluster api, String... settings) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "TIDEGATE_NAMESPACE", NAMESPACE,
                "TIDEGATE_REPLICA", name,
                "TIDEGATE_HOST", "127.0.0.1",
                "TIDEGATE_TLS_PORT", "0",
                "TIDEGATE_ADMIN_PORT", "0",
                "TIDEGATE_OPERATOR_URL", "https://127.0.0.1:8443"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put("TIDEGATE_" + settings[i], settings[i + 1]);
    }
    Replica replica =
        new Replica(
            Operator.start(
                OperatorSettings.of(environment),
                new KubernetesClientBuilder().withConfig(api.bearing(token()))));
    opened.push(replica);
    return replica;
  }

  /** The chart's ServiceAccount's. */
  String token() {
    return cluster.token(NAMESPACE, ACCOUNT, Duration.ofHours(2));
  }

  /** Lets the API server call this replica's webhook; with the operator's CA. */
  void webhookTo(Replica replica) {
    webhookTo(
        "https://127.0.0.1:" + replica.operator().tlsPort() + "/admit/inject",
        replica.operator().caPem());
  }

  /** Lets the API server call this webhook. */
  void webhookTo(String url, String caPem) {
    String caBundle = Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.US_ASCII));
    String change =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    """
                    {"op": "replace", "path": "/webhooks/%d/clientConfig",
                     "value": {"url": "%s", "caBundle": "%s"}}
                    """
                        .formatted(i, url, caBundle))
            .collect(Collectors.joining(",", "[", "]"));
    admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("tidegate")
        .patch(PatchContext.of(PatchType.JSON), change);
  }

  /** A namespace whose pods get the sidecar, with its default ServiceAccount. */
  String governedNamespace(String start) {
    String name = cluster.newNamespace(start);
    admin
        .serviceAccounts()
        .inNamespace(name)
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName("default").endMetadata().build())
        .create();
    merge(admin.namespaces().withName(name), "metadata: {labels: {tidegate.io/inject: enabled}}");
    return name;
  }

  /** Writes a change given in YAML whatever else was written meanwhile. */
  static void merge(Resource<?> object, String change) {
    object.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        Serialization.asJson(Serialization.unmarshal(change, Map.class)));
  }

  /** The stub sidecar of a pod, not connected yet. */
  StubSidecar sidecar(Replica replica) {
    StubSidecar sidecar = new StubSidecar(vertx, replica.operator());
    opened.push(sidecar);
    return sidecar;
  }

  /** Applies YAML documents as {@code kubectl apply --server-side} does. */
  void apply(String yaml) {
    documents(yaml).forEach(one -> one.fieldManager("test").forceConflicts().serverSideApply());
  }

  private Stream<NamespaceableResource<GenericKubernetesResource>> documents(String yaml) {
    return Stream.of(yaml.split("(?m)^---$"))
        .filter(document -> !document.isBlank())
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .map(admin::resource);
  }

  /** A provider with model {@code m} that needs no key, and a route of this output cap to it. */
  void policy(String namespace, int maxOutputTokens) {
    apply(
        """
        apiVersion: tidegate.io/v1alpha1
        kind: ModelProvider
        metadata: {namespace: %1$s, name: p}
        spec: {type: OpenAICompatible, endpoint: 'https://p.example/v1', models: [{name: m}]}
        """
            .formatted(namespace));
    route(namespace, maxOutputTokens);
  }

  /** That route alone, in one request. */
  void route(String namespace, int maxOutputTokens) {
    apply(
        """
        apiVersion: tidegate.io/v1alpha1
        kind: ModelRoute
        metadata: {namespace: %1$s, name: r}
        spec:
          limits: {maxOutputTokens: %2$d}
          rules: [{name: all, targets: [{provider: p, model: m}]}]
        """
            .formatted(namespace, maxOutputTokens));
  }

  /** The route's {@code status.programmed}; empty before it has one. */
  String programmed(String namespace) {
    ModelRoute route = admin.resources(ModelRoute.class).inNamespace(namespace).withName("r").get();
    String programmed = route.getStatus() == null ? null : route.getStatus().programmed();
    return programmed == null ? "" : programmed;
  }

  @Override
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    vertx.close().await();
    admin.close();
  }

  /** One replica. */
  record Replica(Operator operator) implements AutoCloseable {
    @Override
    public void close() {
      operator.close();
    }
  }
}
