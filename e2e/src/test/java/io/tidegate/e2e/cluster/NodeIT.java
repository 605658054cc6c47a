package io.tidegate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedNode.class)
class NodeIT {
  private static final String ANSWER =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: answer}
      spec:
        replicas: 2
        selector: {matchLabels: {app: answer}}
        template:
          metadata: {labels: {app: answer}}
          spec:
            terminationGracePeriodSeconds: 1
            containers:
              - name: answer
                image: tidegate.test/pause:1
                imagePullPolicy: Never
                args: [":8080"]
                readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: answer}
      spec:
        selector: {app: answer}
        ports: [{port: 80, targetPort: 8080}]
      """;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  @Test
  void aDeploymentIsReachedByTheNameOfItsService(WholeCluster cluster) throws Exception {
    String namespace = deploy(cluster);
    try (KubernetesClient admin = cluster.admin()) {
      List<String> pods = podNames(admin, namespace);
      assertThat(pods).hasSize(2);
      String fetched =
          answer(
              cluster, namespace, "/fetch?url=http://answer." + namespace + ".svc.cluster.local/");
      assertThat(pods).contains(fetched);
      Ran environment =
          cluster.run("kubectl", "-n", namespace, "exec", pods.getFirst(), "--", "/pause", "env");
      assertThat(environment.orFail()).contains("HOSTNAME=" + pods.getFirst());
    }
  }

  @Test
  void aPodReachesAServerOfTheTest(WholeCluster cluster) throws Exception {
    String namespace = deploy(cluster);
    HttpServer server = HttpServer.create(new InetSocketAddress(cluster.machine(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("from the test".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    try {
      String url = "http://" + cluster.machine() + ":" + server.getAddress().getPort() + "/";
      assertThat(answer(cluster, namespace, "/fetch?url=" + url)).isEqualTo("from the test");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aNodeThatComesBackRunsItsPodsAgain(WholeCluster cluster) throws Exception {
    String namespace = deploy(cluster);
    cluster.unplugNode();
    cluster.switchNodeOn();
    try (KubernetesClient admin = cluster.admin()) {
      List<String> pods = podNames(admin, namespace);
      assertThat(pods).contains(answer(cluster, namespace, "/"));
      admin
          .pods()
          .inNamespace(namespace)
          .withName(pods.getFirst())
          .waitUntilCondition(NodeIT::hasRestarted, 120, TimeUnit.SECONDS);
    }
  }

  private static boolean hasRestarted(Pod pod) {
    return pod != null
        && pod.getStatus().getContainerStatuses().stream()
            .allMatch(container -> container.getRestartCount() > 0 && container.getReady());
  }

  /** Two pods that answer, in a namespace of their own, all of them ready. */
  private static String deploy(WholeCluster cluster) {
    String namespace = cluster.newNamespace("node");
    try (KubernetesClient admin = cluster.admin()) {
      admin
          .load(new ByteArrayInputStream(ANSWER.getBytes(StandardCharsets.UTF_8)))
          .inNamespace(namespace)
          .create();
      admin
          .apps()
          .deployments()
          .inNamespace(namespace)
          .withName("answer")
          .waitUntilReady(120, TimeUnit.SECONDS);
    }
    return namespace;
  }

  private static List<String> podNames(KubernetesClient client, String namespace) {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** What the Service answers to this process, as soon as it does. */
  private String answer(WholeCluster cluster, String namespace, String path) throws Exception {
    String address;
    try (KubernetesClient admin = cluster.admin()) {
      address =
          admin
              .services()
              .inNamespace(namespace)
              .withName("answer")
              .require()
              .getSpec()
              .getClusterIP();
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .timeout(Duration.ofSeconds(15))
            .build();
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (true) {
      String seen;
      try {
        HttpResponse<String> response =
            http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        seen = response.statusCode() + " " + response.body();
        if (response.statusCode() == 200) {
          return response.body().strip();
        }
      } catch (IOException e) {
        seen = e.toString();
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(path + " is not answered: " + seen);
      }
      LockSupport.parkNanos(100_000_000);
    }
  }
}
