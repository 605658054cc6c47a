package io.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** An application that calls all the time, unary and streaming, and notes what fails. */
final class Callers implements AutoCloseable {
  private static final int UNARY = 4;
  private static final int UNARY_AT_A_RATE = 32;
  private static final int STREAMING = 8;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Between two calls of one thread: load, yet room for the operator to start in. */
  private static final long PAUSE_NANOS = 10_000_000;

  private static final String PLACEHOLDER = "tidegate-placeholder";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unary = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicLong turns = new AtomicLong();
  private volatile boolean over;

  /**
   * @param openaiBaseUrl as injection gave it to the application
   */
  Callers(String openaiBaseUrl) {
    this.url = URI.create(openaiBaseUrl + "/chat/completions");
  }

  Callers start() {
    return start(UNARY, Callers::pause);
  }

  /** Unary calls at this steady rate, the streams as ever. */
  Callers start(int callsPerSecond) {
    long begin = System.nanoTime();
    return start(
        UNARY_AT_A_RATE,
        () -> {
          long due = begin + turns.incrementAndGet() * NANOS_PER_SECOND / callsPerSecond;
          LockSupport.parkNanos(due - System.nanoTime());
        });
  }

  private Callers start(int unaryThreads, Runnable pause) {
    for (int i = 0; i < unaryThreads; i++) {
      threads.add(Thread.ofVirtual().start(() -> callOn("small", false, unary, pause)));
    }
    for (int i = 0; i < STREAMING; i++) {
      String model = i % 2 == 0 ? "small" : "slow";
      threads.add(Thread.ofVirtual().start(() -> callOn(model, true, streams, Callers::pause)));
    }
    return this;
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  private void callOn(String model, boolean stream, AtomicInteger served, Runnable pause) {
    while (!over) {
      try {
        HttpResponse<String> answer = call(body(model, stream));
        String end = stream ? "data: [DONE]" : "}";
        if (answer.statusCode() == 200 && answer.body().strip().endsWith(end)) {
          served.incrementAndGet();
        } else {
          failures.add(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException | AssertionError e) {
        failures.add(e.toString());
      }
      pause.run();
    }
  }

  static String body(String model, boolean stream) {
    return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
        .formatted(model, stream);
  }

  /** One call as an SDK makes it; extra headers as name, value. */
  HttpResponse<String> call(String body, String... headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Line.PATIENCE)
            .header("content-type", "application/json")
            .header("authorization", "Bearer " + PLACEHOLDER)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  HttpResponse<String> get(String at) throws IOException {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(at)).timeout(Line.PATIENCE).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The id of the model that the far end ran. */
  String servedModel(String model) throws IOException {
    HttpResponse<String> answer = call(body(model, false));
    JsonNode tree = new JsonMapper().readTree(answer.body());
    return answer.statusCode() == 200 ? tree.path("model").asText() : answer.body();
  }

  /** Waits until this many more calls of each sort were served. */
  void awaitMore(int unaryCalls, int streamedCalls) {
    int wantedUnary = unary.get() + unaryCalls;
    int wantedStreams = streams.get() + streamedCalls;
    Line.await(
        Duration.ofMinutes(2),
        () -> "calls stand still; failed: " + failures,
        () -> unary.get() >= wantedUnary && streams.get() >= wantedStreams);
  }

  /** Calls of both sorts so far. */
  int served() {
    return unary.get() + streams.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Lets every call end. */
  void finish() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(90));
    }
  }

  @Override
  public void close() throws InterruptedException {
    finish();
    http.close();
  }
}
