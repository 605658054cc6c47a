package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.cluster.ControlPlane;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code tidegate up --kubeconfig} on a real API server that has neither controllers nor nodes. */
class GivenApiIT {
  private static final Path QUICKSTART = Line.root().resolve("samples/quickstart");
  private static final String NAMESPACE = "quickstart";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static ControlPlane api;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    api = ControlPlane.start();
    client = api.admin();
  }

  @AfterAll
  static void end() {
    if (client != null) {
      client.close();
    }
    if (api != null) {
      api.close();
    }
  }

  @Test
  void theLineRunsOnItAndLeavesItAsItCanBeUsedAgain() throws Exception {
    try (Line line = up()) {
      governs(line);
      until(line::printed, () -> get("modelroutes").matches("(?s).*chat +True +1/1.*"));
      assertThat(pods("assistant")).hasSize(1);

      Path workload = line.file("25-workload.yaml");
      String written = Files.readString(workload);
      Files.delete(workload);
      until(line::printed, () -> pods("assistant").isEmpty());
      Files.writeString(workload, written);
      until(line::printed, () -> pods("assistant").stream().anyMatch(GivenApiIT::isReady));
    }
    assertThat(pods("")).isEmpty();
    assertThat(
            client.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems())
        .isEmpty();

    try (Line again = up()) {
      governs(again);
    }
  }

  @Test
  void aClusterWithNodesIsLeftAlone() throws Exception {
    try (ControlPlane busy = ControlPlane.start();
        KubernetesClient admin = busy.admin()) {
      admin
          .resource(new NodeBuilder().withNewMetadata().withName("one").endMetadata().build())
          .create();
      Path out = Files.createTempFile("up-", ".log");
      Process up =
          new ProcessBuilder(
                  Line.root().resolve("operator/bin/tidegate").toString(),
                  "up",
                  QUICKSTART.toString(),
                  "--kubeconfig",
                  busy.kubeconfig().toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      try {
        assertThat(up.waitFor(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out)).contains("has nodes", "next: ", "charts/tidegate");
        assertThat(up.exitValue()).isEqualTo(1);
        assertThat(admin.namespaces().withName(NAMESPACE).get()).isNull();
      } finally {
        up.destroyForcibly().waitFor();
        Files.delete(out);
      }
    }
  }

  private static Line up() {
    return Line.up(QUICKSTART, "--kubeconfig", api.kubeconfig().toString());
  }

  private static void governs(Line line) throws IOException, InterruptedException {
    assertThat(chat(line).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = chat(line, "x-tidegate-tenant-id", "trial");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("TenantBudget quickstart/trial");
  }

  private static HttpResponse<String> chat(Line line, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    line.environment("assistant").get("OPENAI_BASE_URL") + "/chat/completions"))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\": \"chat\", \"messages\": [{\"role\": \"user\", \"content\":"
                        + " \"Hi\"}]}"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static List<Pod> pods(String start) {
    return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getName().startsWith(start))
        .toList();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static String get(String kind) {
    return api.run("kubectl", "get", kind, "-n", NAMESPACE).orFail();
  }

  private static void until(Supplier<String> message, Supplier<Boolean> condition) {
    Line.await(PATIENCE, message, condition);
  }
}
