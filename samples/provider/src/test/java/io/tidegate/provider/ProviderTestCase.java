package io.tidegate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A provider on a free port and a plain client. */
abstract class ProviderTestCase {
  static final ObjectMapper JSON = new ObjectMapper();

  SampleProvider provider;
  HttpClient client;

  @BeforeEach
  void start() {
    provider = SampleProvider.start("127.0.0.1", 0);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    provider.close();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + provider.port() + path);
  }

  HttpRequest.Builder post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return headers.length == 0 ? request : request.headers(headers);
  }

  HttpResponse<String> openAi(String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(
        post("/v1/chat/completions", body, headers).header("authorization", "Bearer k").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> anthropic(String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(
        post("/v1/messages", body, headers)
            .headers("x-api-key", "k", "anthropic-version", "2023-06-01")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  JsonNode stats() throws IOException, InterruptedException {
    return JSON.readTree(
        client
            .send(
                HttpRequest.newBuilder(uri("/sample/stats")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  /** The data of each event, without OpenAI's last word. */
  static List<JsonNode> events(String stream) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : stream.split("\n", -1)) {
      if (line.startsWith("data: {")) {
        events.add(JSON.readTree(line.substring("data: ".length())));
      }
    }
    return events;
  }
}
