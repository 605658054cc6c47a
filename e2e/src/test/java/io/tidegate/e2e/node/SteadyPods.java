package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.WholeCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A namespace that demands the sidecar and whose Deployments run {@link SteadyCaller}. */
final class SteadyPods implements AutoCloseable {
  private static final String FOLDER = SteadyCaller.class.getPackageName().replace('.', '/');
  private static final String FILE = SteadyCaller.class.getSimpleName() + ".class";
  private static final int ADMIN_PORT = 4101;

  final String namespace;
  final Kubectl kubectl;
  final KubernetesClient admin;
  private final WholeCluster cluster;
  private final Witness witness;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param provider base URL of a provider that takes any key
   */
  SteadyPods(WholeCluster cluster, Witness witness, String provider) {
    this.cluster = cluster;
    this.witness = witness;
    this.namespace = cluster.newNamespace("steady");
    this.kubectl = new Kubectl(cluster, namespace);
    this.admin = cluster.admin();
    kubectl.run(
        "label",
        "namespace",
        namespace,
        "tidegate.io/inject=enabled",
        "tidegate.io/enforce=required"); // a webhook on a busy machine may be too late
    Kubectl.apply(
        cluster,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: program, namespace: %1$s}
        binaryData: {program: %2$s}
        ---
        %3$s---
        apiVersion: tidegate.io/v1alpha1
        kind: ModelRoute
        metadata: {name: chat, namespace: %1$s}
        spec:
          models: [small, slow]
          rules:
            - name: slow
              match: {models: [slow]}
              targets: [{provider: %1$s, model: slow}]
            - name: others
              targets: [{provider: %1$s, model: small}]
        """
            .formatted(
                namespace,
                CallerPods.classFile(SteadyCaller.class),
                CallerPods.provider(
                    namespace, provider, "{name: small, id: small-1}, {name: slow, id: slow}")));
  }

  /** One pod each, ready and served. */
  void deploy(String... names) {
    Installed.untilInjecting(kubectl);
    for (String name : names) {
      Kubectl.apply(cluster, deployment(name));
    }
    for (String name : names) {
      kubectl.run("rollout", "status", "deployment/" + name, "--timeout", "300s");
    }
    witness.awaitMore(1, names());
  }

  private String deployment(String name) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %5$s}
    spec:
      selector: {matchLabels: {app: %1$s}}
      strategy: {rollingUpdate: {maxUnavailable: 0}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          volumes:
            - name: program
              configMap: {name: program, items: [{key: program, path: %2$s}]}
          containers:
            - name: app
              image: tidegate/sidecar:0.1.0 # for its Java runtime
              imagePullPolicy: Never
              command: [/opt/java/bin/java, -Xmx24m, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1,
                        -cp, /program, %3$s]
              env: [{name: WITNESS, value: '%4$s'}]
              volumeMounts: [{name: program, mountPath: /program}]
    """
        .formatted(
            name, FOLDER + "/" + FILE, SteadyCaller.class.getName(), witness.url(), namespace);
  }

  /** Of those that are not about to end. */
  List<Pod> pods() {
    return admin.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  List<String> names() {
    return pods().stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  Pod pod(String deployment) {
    return pods().stream()
        .filter(pod -> deployment.equals(pod.getMetadata().getLabels().get("app")))
        .findFirst()
        .orElseThrow();
  }

  /** What the pod's sidecar runs as its image. */
  static String sidecarImage(Pod pod) {
    return pod.getSpec().getInitContainers().getFirst().getImage();
  }

  /** What the pod's sidecar answers on its admin port; empty while it answers nothing. */
  String ask(Pod pod, String path) {
    URI uri = URI.create("http://" + pod.getStatus().getPodIP() + ":" + ADMIN_PORT + path);
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  void untilAnswered(Pod pod, String path, String part) {
    until(
        () -> part + " in " + path + " of " + pod.getMetadata().getName() + ": " + ask(pod, path),
        () -> ask(pod, path).contains(part));
  }

  /** Ends the pod's sidecar as {@code kill -9} does; the kubelet starts it again in its place. */
  void killSidecar(Pod pod) {
    sidecar(pod).destroyForcibly();
  }

  /** The process of the pod's sidecar, as this machine sees it. */
  ProcessHandle sidecar(Pod pod) {
    return ProcessHandle.allProcesses()
        .filter(process -> isSidecar(process, pod))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no sidecar runs in pod " + pod.getMetadata().getName()));
  }

  /** The pod's containers share its name as HOSTNAME; only the sidecar's has this variable. */
  private static boolean isSidecar(ProcessHandle process, Pod pod) {
    try {
      String environment =
          Files.readString(
              Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1);
      return List.of(environment.split("\0", -1))
          .contains("TIDEGATE_POD=" + pod.getMetadata().getName());
    } catch (IOException e) {
      return false; // it ended meanwhile
    }
  }

  /** What the sidecar has kept of its configuration, on the node's disk. */
  Path lastKnownGood(Pod pod) {
    return cluster.volume(pod.getMetadata().getUid(), "tidegate-state").resolve("last-known-good");
  }

  /** Waits until the route is in force as {@code kubectl get} shows it. */
  void untilProgrammed(String column) {
    until(
        () -> column + " in " + routes(),
        () -> routes().matches("(?s)\\s*chat\\s+True\\s+" + column + "\\s.*"));
  }

  private String routes() {
    return kubectl.ran("get", "modelroute", "chat", "--no-headers").out();
  }

  @Override
  public void close() {
    kubectl.ran("delete", "namespace", namespace, "--wait=false");
    new Kubectl(cluster, Chart.NAMESPACE).ran("delete", "modelprovider,secret", namespace);
    admin.close();
    http.close();
  }
}
