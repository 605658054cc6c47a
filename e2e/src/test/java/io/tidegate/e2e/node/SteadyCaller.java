package io.tidegate.e2e.node;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An application in a pod that calls a model all the time, one thread unary and one streaming, and
 * tells the test's {@link Witness} of each call: {@code unary} or {@code stream}, or {@code failed
 * WHY}. One class that needs nothing but a Java runtime. Told to end it goes on for two seconds, as
 * an application does that brings its work to an end, and says {@code last} before each of these;
 * {@code ended} is its last word.
 */
public final class SteadyCaller {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration AFTERMATH = Duration.ofSeconds(2);
  private static final int TIMEOUT_MILLIS = 30_000;

  private static volatile boolean ending;
  private static volatile boolean over;

  private SteadyCaller() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<Thread> calling = new ArrayList<>();
    for (boolean stream : new boolean[] {false, true}) {
      calling.add(Thread.ofPlatform().start(() -> callOn(stream)));
    }
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(calling)));
    for (Thread thread : calling) {
      thread.join();
    }
  }

  private static void end(List<Thread> calling) {
    ending = true;
    LockSupport.parkNanos(AFTERMATH.toNanos());
    over = true;
    for (Thread thread : calling) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    say("ended");
  }

  private static void callOn(boolean stream) {
    while (!over) {
      String outcome = call(stream);
      say(ending ? "last " + outcome : outcome);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static String call(boolean stream) {
    String model = stream ? "slow" : "small";
    String body =
        "{\"model\": \"%s\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}"
            .formatted(model, stream);
    try {
      HttpURLConnection call = open(System.getenv("OPENAI_BASE_URL") + "/chat/completions");
      call.setRequestProperty("Content-Type", "application/json");
      call.setRequestProperty("Authorization", "Bearer " + System.getenv("OPENAI_API_KEY"));
      String answer = send(call, body);
      boolean whole = answer.endsWith(stream ? "data: [DONE]" : "}");
      return call.getResponseCode() == 200 && whole
          ? stream ? "stream" : "unary"
          : "failed " + call.getResponseCode() + " " + answer;
    } catch (IOException e) {
      return "failed " + e;
    }
  }

  private static void say(String line) {
    try {
      send(open(System.getenv("WITNESS") + "/" + System.getenv("HOSTNAME")), line);
    } catch (IOException e) {
      System.err.println("not told: " + line + ", since " + e);
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
    call.setConnectTimeout(TIMEOUT_MILLIS);
    call.setReadTimeout(TIMEOUT_MILLIS);
    call.setDoOutput(true);
    return call;
  }

  private static String send(HttpURLConnection call, String body) throws IOException {
    try (OutputStream out = call.getOutputStream()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
    try (var in = call.getResponseCode() < 400 ? call.getInputStream() : call.getErrorStream()) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
