package io.tidegate.e2e.node;

import static io.tidegate.operator.Eventually.until;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * Hears from each {@link SteadyCaller}, by the name of its pod, also what it says when its log is
 * gone already.
 */
final class Witness implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, List<String>> said = new ConcurrentHashMap<>();

  /** Listens at an address that pods reach. */
  Witness(String address) throws IOException {
    server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::hear);
    server.start();
  }

  private void hear(HttpExchange exchange) throws IOException {
    String pod = exchange.getRequestURI().getPath().substring(1);
    String line = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    said.computeIfAbsent(pod, any -> new CopyOnWriteArrayList<>()).add(line);
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  String url() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  List<String> of(String pod) {
    return said.getOrDefault(pod, List.of());
  }

  /** Of every pod there was. */
  List<String> failures() {
    return said.entrySet().stream()
        .flatMap(pod -> pod.getValue().stream().map(line -> pod.getKey() + " " + line))
        .filter(line -> line.contains("failed"))
        .toList();
  }

  /** Waits until each of these pods was served this many more calls of both sorts. */
  void awaitMore(int calls, List<String> pods) {
    for (String pod : pods) {
      for (String sort : List.of("unary", "stream")) {
        long wanted = served(pod, sort) + calls;
        until(
            () -> calls + " more of " + sort + " from " + pod + "; it said " + tail(pod),
            () -> served(pod, sort) >= wanted);
      }
    }
  }

  private long served(String pod, String sort) {
    return of(pod).stream().filter(sort::equals).count();
  }

  private List<String> tail(String pod) {
    List<String> all = of(pod);
    return all.subList(Math.max(0, all.size() - 5), all.size());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
