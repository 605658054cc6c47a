package io.tidegate.layers.train;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * Calls as the official SDKs send them, whole and streamed, and the admin port's readers.
 *
 * @param calls {@code http://address:port}
 * @param admin likewise
 */
record TrainingCalls(HttpClient http, String calls, String admin) {
  private static final String OPENAI =
      """
      {"model":"small","max_completion_tokens":50,"stream":%s,%s"messages":[{"role":"user","content":"%s"}]}
      """;
  private static final String ANTHROPIC =
      """
      {"model":"claude","max_tokens":50,"stream":%s,"messages":[{"role":"user","content":"%s"}]}
      """;

  /** Whole and streamed, short and long, in both dialects, each this often. */
  void make(int rounds) throws IOException {
    List<String> words = List.of("hello", "lorem ipsum ".repeat(1300));
    for (int round = 0; round < rounds; round++) {
      for (String text : words) {
        openAi(OPENAI.formatted("false", "", text), 200);
        openAi(OPENAI.formatted("true", "\"stream_options\":{\"include_usage\":true},", text), 200);
        anthropic(ANTHROPIC.formatted("false", text), 200);
        anthropic(ANTHROPIC.formatted("true", text), 200);
      }
      openAi("{\"model\":\"unknown\",\"messages\":[]}", 403);
      for (String path : List.of("/healthz", "/readyz", "/metrics", "/config")) {
        send(HttpRequest.newBuilder(URI.create(admin + path)), 200);
      }
      send(HttpRequest.newBuilder(URI.create(calls + "/v1/models")), 200);
    }
  }

  private void openAi(String body, int status) throws IOException {
    send(
        HttpRequest.newBuilder(URI.create(calls + "/v1/chat/completions"))
            .header("authorization", "Bearer tidegate-placeholder")
            .header("content-type", "application/json")
            .header("x-tidegate-user-id", "ann")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        status);
  }

  private void anthropic(String body, int status) throws IOException {
    send(
        HttpRequest.newBuilder(URI.create(calls + "/v1/messages"))
            .header("x-api-key", "tidegate-placeholder")
            .header("anthropic-version", "2023-06-01")
            .header("content-type", "application/json")
            .header("x-tidegate-task", "{\"user_id\":\"ann\"}")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        status);
  }

  private void send(HttpRequest.Builder request, int status) throws IOException {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != status) {
        throw new IOException(
            "a training call was answered " + answer.statusCode() + " " + answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the training was interrupted", e);
    }
  }
}
