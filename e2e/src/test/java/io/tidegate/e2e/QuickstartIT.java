package io.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each sentence of {@code samples/quickstart/README.md}, on the line that its command brings up.
 */
class QuickstartIT {
  private static final Path QUICKSTART = Line.root().resolve("samples/quickstart");
  private static final Duration SOON = Line.PATIENCE;
  private static final Pattern SPENT = Pattern.compile("spentUsd: \"0\\.0*[1-9]");
  private static final Pattern SHOWN =
      Pattern.compile("everyone +True +1/1 +Ready +\\S+: 0\\.9\\d* USD");
  private static final JsonMapper JSON = new JsonMapper();

  private static Line line;
  private static HttpClient http;

  @BeforeAll
  static void bringUp() {
    line = Line.up(QUICKSTART);
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void end() {
    http.close();
    line.close(); // fails if a process is left
  }

  /** So that no test depends on another's edits. */
  @AfterEach
  void putBack() throws IOException {
    for (String name : List.of("20-route.yaml", "30-budget.yaml", "40-prompt.yaml")) {
      String original = Files.readString(QUICKSTART.resolve(name));
      if (!Files.readString(line.file(name)).equals(original)) {
        save(name, original);
      }
    }
    Files.deleteIfExists(line.file("50-more.yaml"));
  }

  @Test
  void thePageNamesEveryFile() throws IOException {
    String page = Files.readString(QUICKSTART.resolve("README.md"));
    try (Stream<Path> files = Files.list(QUICKSTART)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".yaml")))
          .allSatisfy(f -> assertThat(page).contains("`" + f + "`"));
    }
  }

  @Test
  void callsWithoutAKeyAreAnsweredAndNoTwoAlike() {
    JsonNode one = json(chat("chat"));
    assertThat(one.path("model").asText()).isEqualTo("sample-small");
    assertThat(json(chat("chat")).path("choices")).isNotEqualTo(one.path("choices"));
    HttpResponse<String> claude = post("/v1/messages", body("claude"));
    assertThat(json(claude).path("model").asText()).isEqualTo("sample-claude");
  }

  @Test
  void theFirstRuleThatMatchesDecides() {
    assertThat(model(chat("chat", "x-tidegate-sensitivity", "confidential")))
        .isEqualTo("sample-large");
    HttpResponse<String> unlucky = chat("chat-unlucky");
    assertThat(model(unlucky)).isEqualTo("sample-small");
    JsonNode event = event(unlucky);
    assertThat(event.path("fallback_used").asBoolean()).isTrue();
    assertThat(event.path("attempts").asInt()).isEqualTo(2);
  }

  @Test
  void theModelsThatMayBeAskedForAreNamedToWhoAsksForAnother() {
    HttpResponse<String> refused = chat("gpt-unknown");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("chat, chat-unlucky", "support-summary", "claude");
  }

  @Test
  void theRouteAttachesThePrompt() {
    HttpResponse<String> summary = chat("support-summary");

    assertThat(inputTokens(summary)).isGreaterThan(inputTokens(chat("chat")));
    JsonNode event = event(summary);
    assertThat(event.path("prompt_version").asText()).isEqualTo("support-summary@v1");
    assertThat(event.path("prompt_digest").asText()).startsWith("sha256:");
  }

  @Test
  void aBudgetRefusesUntilItIsRaised() throws IOException {
    HttpResponse<String> refused = chat("chat", "x-tidegate-tenant-id", "trial");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body())
        .contains("TenantBudget quickstart/trial: spec.limits[daily]", "ask for a higher limit");

    edit("30-budget.yaml", "usd: \"0.000001\"", "usd: \"0.10\"");

    Line.await(
        SOON,
        line::printed,
        () -> chat("chat", "x-tidegate-tenant-id", "trial").statusCode() == 200);
  }

  @Test
  void whatIsSpentIsShown() {
    chat("chat");
    Line.await(
        SOON,
        line::printed,
        () -> SPENT.matcher(get("tenantbudgets", "everyone", "-o", "yaml")).find());
    Line.await(SOON, line::printed, () -> SHOWN.matcher(get("tenantbudgets")).find());
  }

  @Test
  void aMistypedKindOrFieldIsToldAndChangesNothing() throws IOException {
    edit("20-route.yaml", "kind: ModelRoute", "kind: ModelRouts");
    told("20-route.yaml:4: ModelRouts quickstart/chat: unknown kind", "did you mean");
    assertThat(chat("chat").statusCode()).isEqualTo(200);

    edit("20-route.yaml", "models: [claude]", "model: [claude]");
    told("ModelRoute quickstart/claude: ", "unknown field \"spec.model\"", "mend spec.model");
    assertThat(post("/v1/messages", body("claude")).statusCode()).isEqualTo(200);
  }

  @Test
  void aMissingProviderStopsItsRouteAlone() throws IOException {
    edit("20-route.yaml", "provider: sample-anthropic", "provider: nobody");
    Line.await(
        SOON,
        line::printed,
        () -> post("/v1/messages", body("claude")).body().contains("names ModelProvider nobody"));
    told("ProviderNotFound: spec.rules[everyday].targets[0].provider", "Create the ModelProvider");
    assertThat(chat("chat").statusCode()).isEqualTo(200);

    putBack();
    Line.await(SOON, line::printed, () -> post("/v1/messages", body("claude")).statusCode() == 200);
  }

  @Test
  void aNewFileIsServedAndADeletedOneIsNot() throws IOException {
    save(
        "50-more.yaml",
        """
        apiVersion: tidegate.io/v1alpha1
        kind: ModelRoute
        metadata: {name: more, namespace: quickstart}
        spec:
          models: [more]
          rules: [{name: all, targets: [{provider: sample, model: large}]}]
        """);
    Line.await(SOON, line::printed, () -> chat("more").statusCode() == 200);
    Files.delete(line.file("50-more.yaml"));
    Line.await(SOON, line::printed, () -> chat("more").statusCode() == 403);
  }

  @Test
  void aPromptVersionNeverChanges() throws IOException {
    edit("40-prompt.yaml", "You summarise", "You shorten");
    told("PromptVersion quickstart/support-summary-v1: ", "a PromptVersion never changes");
    assertThat(chat("support-summary").statusCode()).isEqualTo(200);
  }

  private static void told(String... parts) {
    Line.await(
        SOON, line::printed, () -> Stream.of(parts).allMatch(p -> line.printed().contains(p)));
  }

  /** The original file with this one change. */
  private static void edit(String name, String old, String fresh) throws IOException {
    String original = Files.readString(QUICKSTART.resolve(name));
    assertThat(original).contains(old);
    save(name, original.replace(old, fresh));
  }

  /** At one stroke, so that nobody reads half a file. */
  private static void save(String name, String content) throws IOException {
    Path whole = Files.createTempFile("tidegate-edit-", ".yaml");
    Files.writeString(whole, content);
    Files.move(
        whole,
        line.file(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String get(String kind, String... more) {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Line.root().resolve("operator/bin/tidegate").toString(),
                    "get",
                    kind,
                    "-n",
                    "quickstart",
                    "--kubeconfig",
                    line.ready().path("api").path("kubeconfig").asText()),
                Stream.of(more))
            .toList();
    return String.join("\n", line.run("assistant", command.toArray(String[]::new)));
  }

  private static HttpResponse<String> chat(String model, String... headers) {
    return post("/v1/chat/completions", body(model), headers);
  }

  private static String body(String model) {
    return """
    {"model": "%s", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}\
    """
        .formatted(model);
  }

  private static HttpResponse<String> post(String path, String body, String... headers) {
    String base = line.environment("assistant").get("ANTHROPIC_BASE_URL");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(SOON)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private static String model(HttpResponse<String> answer) {
    return json(answer).path("model").asText();
  }

  private static long inputTokens(HttpResponse<String> answer) {
    return json(answer).path("usage").path("prompt_tokens").asLong();
  }

  /** The call's own event, once it is written. */
  private static JsonNode event(HttpResponse<String> answer) {
    String id = answer.headers().firstValue("x-tidegate-call-id").orElseThrow();
    Line.await(SOON, () -> "no event of " + id, () -> eventsOf(id).findFirst().isPresent());
    return eventsOf(id).findFirst().orElseThrow();
  }

  private static Stream<JsonNode> eventsOf(String id) {
    return line.events("assistant").stream().filter(e -> e.path("call_id").asText().equals(id));
  }
}
