package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application can say and read: it neither becomes another tenant nor sees a key. */
class CustodyIT {
  private static final String KEY = "sample-secret-key-7d1f";
  private static final String PLACEHOLDER = "tidegate-placeholder";
  private static final String CREDENTIALS = "tidegate-credentials";

  @TempDir static Path work;
  private static LocalCluster cluster;
  private static Callers app;

  @BeforeAll
  static void up() throws Exception {
    cluster = LocalCluster.up(work);
    app = new Callers(cluster.pod().openaiBaseUrl());
  }

  @AfterAll
  static void down() throws Exception {
    if (app != null) {
      app.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aPinnedFieldStaysWhatTheNamespaceSays() throws Exception {
    String plain = Callers.body("small", false);
    String withMetadata = plain.replaceFirst("\\{", "{\"metadata\":{\"tenant_id\":\"evil\"},");
    List<HttpResponse<String>> answers =
        List.of(
            app.call(plain, "x-tidegate-tenant-id", "evil"),
            app.call(plain, "X-TideGate-Tenant-ID", "evil", "x-tidegate-tenant-id", "acme"),
            app.call(plain, "x-tidegate-task", "{\"tenant_id\":\"evil\"}"),
            app.call(withMetadata),
            app.call(withMetadata, "x-tidegate-tenant-id", "evil"));
    for (HttpResponse<String> answer : answers) {
      JsonNode event = event(answer);
      assertThat(event.path("tenant_id").asText()).as(event.toString()).isEqualTo("acme");
      assertThat(event.path("budget").path("objects").toString())
          .as("the pinned tenant pays")
          .contains("TenantBudget e2e/acme");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void theProvidersKeyIsNowhereAnApplicationLooks() throws Exception {
    List<String> seen = new ArrayList<>();
    for (String model : List.of("small", "slow", "broken", "fragile", "costly", "unknown")) {
      seen.add(text(app.call(Callers.body(model, false))));
      seen.add(text(app.call(Callers.body(model, true))));
    }
    seen.add(text(app.call("not JSON")));
    seen.add(text(app.call(Callers.body("small", false), "x-sample-behaviour", "fail-401")));
    for (String path : List.of("/config", "/metrics", "/healthz", "/readyz", "/credentials")) {
      seen.add(text(app.get(cluster.pod().adminUrl() + path)));
    }
    for (String path : List.of("/v1/models", "/config", "/metrics")) {
      seen.add(text(app.get(cluster.pod().callUrl() + path)));
    }
    for (String path : List.of("/metrics", "/healthz", "/readyz")) {
      String admin = "http://" + cluster.operatorAddress() + ":" + OperatorProcess.ADMIN_PORT;
      seen.add(text(app.get(admin + path)));
    }
    assertThat(seen).noneMatch(CustodyIT::holdsTheKey);
  }

  @Test
  void onDiskTheKeyIsOnlyInTheMemoryOfTheSidecarsContainer() throws Exception {
    assertThat(app.servedModel("small")).isEqualTo("sample-small");
    List<Path> holders = new ArrayList<>();
    List<Path> read = new ArrayList<>();
    try (Stream<Path> files = Files.walk(cluster.runDirectory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        read.add(file);
        if (holdsTheKey(textOf(file))) {
          holders.add(file);
        }
      }
    }
    assertThat(read.toString())
        .as("last-known-good, events and logs were looked at")
        .contains("tidegate-state/", "events.jsonl", "sidecar.log");
    assertThat(holders).isNotEmpty().allMatch(file -> file.toString().contains(CREDENTIALS));
    assertThat(holdsTheKey(Files.readString(cluster.operator().log()))).isFalse();

    Pod pod = cluster.pod().pod();
    assertThat(pod.getSpec().getVolumes())
        .filteredOn(volume -> volume.getName().equals(CREDENTIALS))
        .extracting(Volume::getEmptyDir)
        .singleElement()
        .satisfies(directory -> assertThat(directory.getMedium()).isEqualTo("Memory"));
    for (Container container : pod.getSpec().getContainers()) {
      assertThat(container.getVolumeMounts())
          .extracting(VolumeMount::getName)
          .noneMatch(name -> name.startsWith("tidegate"));
    }
  }

  @Test
  void onlyTheSidecarsOwnTokenOpensTheStream() throws Exception {
    try (StreamKnock knock = new StreamKnock(cluster)) {
      assertThat(knock.with(knock.podToken(cluster.pod().pod(), "tidegate-operator")))
          .as("the sidecar's own token, to know that knocking works")
          .startsWith("200 ")
          .contains(KEY);
      Map<String, String> others =
          Map.of(
              "none", "",
              "no token", "nonsense",
              "the application's token", knock.podToken(cluster.pod().pod(), null),
              "a token without a pod", knock.accountToken("tidegate-operator"),
              "a pod without a sidecar",
                  knock.podToken(knock.podWithoutSidecar(), "tidegate-operator"));
      others.forEach(
          (what, token) ->
              assertThat(knock.with(token)).as(what).matches("(?s)40[13] .*").doesNotContain(KEY));
    }
  }

  @Test
  void thePlaceholderNeverReachesTheProvider() throws Exception {
    String plain = Callers.body("small", false);
    assertThat(app.call(plain).statusCode()).isEqualTo(200);
    assertThat(app.call(plain, "x-api-key", PLACEHOLDER).statusCode()).isEqualTo(200);
    assertThat(app.call(plain, "api-key", PLACEHOLDER).statusCode()).isEqualTo(200);
    assertThat(app.call(plain, "cookie", "key=" + PLACEHOLDER).statusCode()).isEqualTo(200);
    JsonNode stats =
        new JsonMapper().readTree(app.get(cluster.provider() + "/sample/stats").body());
    assertThat(stats.path("calls").asInt()).isPositive();
    assertThat(stats.path("placeholderKeySeen").asBoolean(true)).isFalse();
    assertThat(stats.path("lastRequest").path("headers").toString())
        .contains("authorization")
        .doesNotContain("x-api-key", "\"api-key\"", "cookie", "x-tidegate");
  }

  /** Empty of a file that was replaced since it was listed. */
  private static String textOf(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static JsonNode event(HttpResponse<String> answer) {
    String id = answer.headers().firstValue("x-tidegate-call-id").orElseThrow();
    List<JsonNode> found = new ArrayList<>();
    Line.await(
        Line.PATIENCE,
        () -> "no event of " + id,
        () -> {
          found.addAll(cluster.events(id));
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  private static String text(HttpResponse<String> answer) {
    return answer.headers().map() + "\n" + answer.body();
  }

  private static boolean holdsTheKey(String text) {
    String encoded =
        Base64.getEncoder().withoutPadding().encodeToString(KEY.getBytes(StandardCharsets.UTF_8));
    return text.contains(KEY) || text.contains(encoded.substring(0, encoded.length() - 2));
  }
}
