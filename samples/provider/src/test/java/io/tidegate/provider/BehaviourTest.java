package io.tidegate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BehaviourTest extends ProviderTestCase {
  private static final String HEADER = "x-sample-behaviour";
  private static final String STREAM = ",\"stream\":true";

  private static String ask(String model, String more) {
    return "{\"model\":\"%s\",\"max_tokens\":500,\"messages\":[{\"role\":\"user\",\"content\":\"hello tide\"}]%s}"
        .formatted(model, more);
  }

  @ParameterizedTest
  @CsvSource({"400", "401", "429", "500", "529"})
  void aFailureIsAskedForByModelOrByHeaderInEitherDialect(int status) throws Exception {
    HttpResponse<String> byModel = openAi(ask("sample-fail-" + status, ""));
    assertThat(byModel.statusCode()).isEqualTo(status);
    assertThat(JSON.readTree(byModel.body()).at("/error/message").asText()).isNotEmpty();
    HttpResponse<String> byHeader = anthropic(ask("m", ""), HEADER, "fail-" + status);
    assertThat(byHeader.statusCode()).isEqualTo(status);
    assertThat(JSON.readTree(byHeader.body()).path("type").asText()).isEqualTo("error");
    assertThat(byHeader.headers().firstValue("request-id")).isPresent();
    assertThat(byHeader.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 429);
    assertThat(stats().path("models")).as("nothing is billed").isEmpty();
  }

  @Test
  void aHangingCallIsNeverAnswered() {
    HttpRequest request =
        post("/v1/chat/completions", ask("hang", ""), "authorization", "Bearer k")
            .timeout(Duration.ofMillis(300))
            .build();
    assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void aResetComesBeforeTheHeadOrInMidStream() {
    assertThatThrownBy(() -> openAi(ask("m", ""), HEADER, "reset")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> openAi(ask("m", STREAM), HEADER, "reset-midstream"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> openAi(ask("m", ""), HEADER, "reset-midstream"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anErrorInMidStreamIsAnEventOfTheDialectAndTheLast() throws Exception {
    String openAi = openAi(ask("m", STREAM), HEADER, "error-midstream").body();
    assertThat(events(openAi).getLast().at("/error/type").asText()).isEqualTo("server_error");
    assertThat(openAi).doesNotContain("[DONE]").contains("Answer");
    String anthropic = anthropic(ask("m", STREAM), HEADER, "error-midstream").body();
    assertThat(anthropic).contains("event: error\n").doesNotContain("message_stop");
  }

  @Test
  void aFlakyModelFailsEveryOtherTime() throws Exception {
    assertThat(openAi(ask("flaky", "")).statusCode()).isEqualTo(500);
    assertThat(openAi(ask("flaky", "")).statusCode()).isEqualTo(200);
    assertThat(openAi(ask("flaky", "")).statusCode()).isEqualTo(500);
  }

  @Test
  void aSlowStreamTakesItsTime() throws Exception {
    long start = System.nanoTime();
    openAi(ask("m", STREAM), "x-sample-delay-millis", "10", "x-sample-output-tokens", "10");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void aStreamSplitAtEveryByteIsTheSameStream() throws Exception {
    assertThat(openAi(ask("m", STREAM), HEADER, "split").body()).endsWith("data: [DONE]\n\n");
    assertThat(json(anthropic(ask("m", ""), HEADER, "split")).path("role").asText())
        .isEqualTo("assistant");
  }

  @Test
  void hugeAddsMegabytesOfAnUnknownField() throws Exception {
    assertThat(openAi(ask("m", ""), HEADER, "huge").body().length()).isGreaterThan(8_000_000);
    String stream = openAi(ask("m", STREAM), HEADER, "huge").body();
    assertThat(stream.length()).isBetween(1_000_000, 1_200_000);
    assertThat(events(stream)).anyMatch(e -> e.has("sample_padding"));
  }

  @Test
  void gzipComesWhereItWasAskedFor() throws Exception {
    HttpResponse<InputStream> unary = gzip(ask("m", ""), "none");
    assertThat(unary.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(unzip(unary)).contains("\"finish_reason\":\"stop\"");
    HttpResponse<InputStream> stream = gzip(ask("m", STREAM), "gzip-stream");
    assertThat(unzip(stream)).endsWith("data: [DONE]\n\n");
    assertThat(openAi(ask("m", "")).headers().firstValue("content-encoding")).isEmpty();
  }

  @Test
  void aKeyIsWantedAndTheRightOneIfThereIsOne() throws Exception {
    HttpRequest.Builder keyless = post("/v1/chat/completions", ask("m", ""));
    assertThat(send(keyless).statusCode()).isEqualTo(401);
    try (SampleProvider strict = SampleProvider.start("127.0.0.1", 0, "right")) {
      HttpRequest.Builder wrong =
          post("/v1/chat/completions", ask("m", ""))
              .uri(uri("/v1/models").resolve("http://127.0.0.1:" + strict.port() + "/v1/models"))
              .GET();
      assertThat(send(wrong.copy().header("authorization", "Bearer wrong")).statusCode())
          .isEqualTo(401);
      assertThat(send(wrong.copy().header("x-api-key", "right")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void statsSayWhatWasSeenAndBilled() throws Exception {
    client.send(
        post("/v1/chat/completions?beta=true", ask("m", ""))
            .header("authorization", "Bearer tidegate-placeholder")
            .header("x-stainless-lang", "java")
            .build(),
        HttpResponse.BodyHandlers.ofString());
    JsonNode stats = stats();
    assertThat(stats.path("calls").asInt()).isEqualTo(1);
    assertThat(stats.path("placeholderKeySeen").asBoolean()).isTrue();
    assertThat(stats.at("/models/m/inputTokens").asInt()).isPositive();
    assertThat(stats.at("/models/m/outputTokens").asInt()).isPositive();
    assertThat(stats.at("/lastRequest/query").asText()).isEqualTo("beta=true");
    assertThat(stats.at("/lastRequest/headers").toString()).contains("x-stainless-lang");
    assertThat(stats.at("/lastRequest/body").asText()).isEqualTo(ask("m", ""));
    assertThat(stats.path("connectionsOpen").asInt()).isPositive();
    client.send(post("/sample/reset", "").build(), HttpResponse.BodyHandlers.discarding());
    assertThat(stats().path("calls").asInt()).isZero();
  }

  @Test
  void aClientThatHangsUpIsBilledForWhatItWasSent() throws Exception {
    HttpResponse<InputStream> response =
        client.send(
            post("/v1/chat/completions", ask("m", STREAM), "authorization", "Bearer k")
                .header("x-sample-delay-millis", "20")
                .header("x-sample-output-tokens", "400")
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      assertThat(body.read()).isPositive();
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (stats().path("streamsCutByClient").asInt() == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    JsonNode stats = stats();
    assertThat(stats.path("streamsCutByClient").asInt()).isEqualTo(1);
    assertThat(stats.path("streamsOpen").asInt()).isZero();
    assertThat(stats.at("/models/m/outputTokens").asInt()).isLessThan(400);
  }

  @Test
  void modelsAreListedInTheCallersDialect() throws Exception {
    JsonNode openAi =
        json(send(HttpRequest.newBuilder(uri("/v1/models")).header("authorization", "Bearer k")));
    assertThat(openAi.path("object").asText()).isEqualTo("list");
    JsonNode anthropic =
        json(
            send(
                HttpRequest.newBuilder(uri("/v1/models"))
                    .headers("x-api-key", "k", "anthropic-version", "2023-06-01")));
    assertThat(anthropic.at("/data/0/type").asText()).isEqualTo("model");
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<InputStream> gzip(String body, String behaviour)
      throws IOException, InterruptedException {
    return client.send(
        post("/v1/chat/completions", body, "authorization", "Bearer k")
            .headers("accept-encoding", "gzip", HEADER, behaviour)
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private static String unzip(HttpResponse<InputStream> response) throws IOException {
    byte[] bytes = response.body().readAllBytes();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
