package io.tidegate.e2e.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An application in a pod, small enough for many of them at once: one class that needs nothing but
 * a Java runtime. It calls a model as SDKs do, by what its environment says of base URL, key and
 * proxy, and prints {@code answered ROUTE BODY} or {@code failed WHY}, a line a call.
 *
 * <p>Argument {@code once}: one call, and exit code 1 if it fails. {@code always}: until it is told
 * to end.
 */
public final class Caller {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final String QUESTION =
      "{\"model\": \"small\", \"messages\": [{\"role\": \"user\", \"content\": \"echo hello\"}]}";

  private Caller() {}

  public static void main(String[] arguments) {
    String answer = ask();
    System.out.println(answer);
    if (arguments[0].equals("once")) {
      System.exit(answer.startsWith("answered") ? 0 : 1);
    }
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      System.out.println(ask());
    }
  }

  private static String ask() {
    String base = System.getenv().getOrDefault("OPENAI_BASE_URL", "https://api.openai.com/v1");
    URI uri = URI.create(base + "/chat/completions");
    try {
      HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection(proxy(uri));
      call.setConnectTimeout(TIMEOUT_MILLIS);
      call.setReadTimeout(TIMEOUT_MILLIS);
      call.setDoOutput(true);
      call.setRequestProperty("Content-Type", "application/json");
      call.setRequestProperty("Authorization", "Bearer " + System.getenv("OPENAI_API_KEY"));
      call.getOutputStream().write(QUESTION.getBytes(StandardCharsets.UTF_8));
      try (InputStream body =
          call.getResponseCode() < 400 ? call.getInputStream() : call.getErrorStream()) {
        byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
        String text = new String(bytes, StandardCharsets.UTF_8).replace('\n', ' ');
        return call.getResponseCode() == 200
            ? "answered " + call.getHeaderField("x-tidegate-route") + " " + text
            : "failed " + call.getResponseCode() + " " + text;
      }
    } catch (IOException e) {
      return "failed " + uri + " " + e;
    }
  }

  /** The variables as curl, requests and httpx read them: even loopback is no exception. */
  private static Proxy proxy(URI uri) {
    String proxy = System.getenv("HTTP_PROXY");
    String except = System.getenv().getOrDefault("NO_PROXY", "");
    if (proxy == null || List.of(except.split(",")).contains(uri.getHost())) {
      return Proxy.NO_PROXY;
    }
    URI address = URI.create(proxy);
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHost(), address.getPort()));
  }
}
