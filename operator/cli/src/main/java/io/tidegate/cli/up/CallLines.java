package io.tidegate.cli.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.cli.local.LocalPod;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Follows the events of every sidecar and prints one short line per call. Reads files, so that a
 * terminal that stands still holds no sidecar up.
 */
final class CallLines implements AutoCloseable {
  private static final long EVERY_MILLIS = 150;
  private static final int MOST_BYTES = 1 << 20;

  /** One file, and how far it is read; only the reading thread changes that. */
  private static final class Followed {
    private final LocalPod pod;
    private long position;

    Followed(LocalPod pod) {
      this.pod = pod;
    }
  }

  private final PrintStream out;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<Path, Followed> files = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("call-lines").factory());

  CallLines(PrintStream out) {
    this.out = out;
    var unused =
        thread.scheduleWithFixedDelay(
            this::read, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  void follow(LocalPod pod) {
    files.putIfAbsent(pod.events(), new Followed(pod));
  }

  void leave(LocalPod pod) {
    files.remove(pod.events());
  }

  private void read() {
    files.forEach(
        (path, followed) -> {
          try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(followed.position);
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES, file.length() - followed.position)];
            file.readFully(bytes);
            int end = lastNewline(bytes);
            followed.position += end;
            new String(bytes, 0, end, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> out.println(line(followed.pod, line)));
          } catch (IOException e) {
            files.remove(path);
          }
        });
  }

  private static int lastNewline(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  private String line(LocalPod pod, String json) {
    try {
      return format(pod.namespace() + "/" + pod.workload(), mapper.readTree(json));
    } catch (JsonProcessingException e) {
      return "  " + pod.namespace() + "/" + pod.workload() + "  " + json;
    }
  }

  /** One event as a line: when, who, status, route, model, cost, and why it was refused. */
  static String format(String workload, JsonNode event) {
    StringBuilder line = new StringBuilder("  ");
    String time = event.path("timestamp").asText("");
    line.append(time.length() > 19 ? time.substring(11, 19) : "--:--:--");
    line.append("  ").append(workload).append("  ").append(event.path("status").asText("-"));
    String route = text(event, "model_route");
    if (!route.isEmpty()) {
      String rule = text(event, "route_rule");
      line.append("  ").append(route).append(rule.isEmpty() ? "" : "[" + rule + "]");
    }
    String model = text(event, "model_name");
    if (!model.isEmpty()) {
      line.append("  ").append(text(event, "model_provider")).append(" ").append(model);
    }
    if (event.path("fallback_used").asBoolean()) {
      line.append("  fallback after ").append(event.path("attempts").asInt() - 1).append(" failed");
    }
    if (event.path("estimated_cost_usd").isNumber()) {
      line.append("  $")
          .append(
              event.path("estimated_cost_usd").decimalValue().stripTrailingZeros().toPlainString());
    }
    JsonNode decision = event.path("decision");
    if (decision.path("result").asText().equals("refused")) {
      line.append("  refused: ").append(text(decision, "reason"));
      line.append(" ").append(text(decision, "object"));
    }
    return line.toString().stripTrailing();
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).isNull() ? "" : node.path(field).asText("");
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
