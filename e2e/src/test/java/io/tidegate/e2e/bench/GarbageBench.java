package io.tidegate.e2e.bench;

import com.sun.management.ThreadMXBean;
import io.tidegate.e2e.WorkDirectory;
import io.tidegate.sidecar.Sidecar;
import io.tidegate.sidecar.config.Settings;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.fetch.StreamTiming;
import io.tidegate.sidecar.record.EventWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a call makes the sidecar allocate, and what CPU it takes: one call after the other in one
 * process, on plain sockets. Unlike times, the bytes are the same on a busy machine. Arguments:
 * calls in each window (default 20000), windows (default 5; the last ones are settled), and one
 * load alone, for a profiler.
 */
public final class GarbageBench {
  private static final String SDK =
      """
      accept: application/json\r
      accept-encoding: gzip, deflate\r
      connection: keep-alive\r
      user-agent: OpenAI/Python 2.8.0\r
      authorization: Bearer tidegate-placeholder\r
      x-stainless-lang: python\r
      x-stainless-package-version: 2.8.0\r
      x-stainless-os: Linux\r
      x-stainless-arch: x64\r
      x-stainless-runtime: CPython\r
      x-stainless-runtime-version: 3.13.5\r
      x-stainless-async: false\r
      x-stainless-read-timeout: 600\r
      x-stainless-retry-count: 0\r
      """;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final FixedAnswers farEnd;
  private final InputStream in;
  private final OutputStream out;
  private final long loop;
  private final long recorder;

  private record Counters(long loopBytes, long loopNanos, long recorderBytes, long recorderNanos) {}

  /** Makes so many calls, or chunks. */
  private interface Load {
    void run(int count) throws IOException;
  }

  private GarbageBench(FixedAnswers farEnd, Socket caller, Set<Long> before) throws IOException {
    this.farEnd = farEnd;
    this.in = new BufferedInputStream(caller.getInputStream());
    this.out = caller.getOutputStream();
    this.loop = thread("vert.x-eventloop", before);
    this.recorder = thread("tidegate-recorder", before);
  }

  public static void main(String[] args) throws IOException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
    int windows = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    Set<Long> before = all();
    try (WorkDirectory state = WorkDirectory.make("garbage");
        FixedAnswers farEnd = new FixedAnswers();
        Sidecar sidecar = start(state.path(), farEnd.port());
        Socket caller = new Socket(InetAddress.getLoopbackAddress(), sidecar.listenPort())) {
      caller.setTcpNoDelay(true);
      new GarbageBench(farEnd, caller, before).run(count, windows, args.length > 2 ? args[2] : "");
    }
    System.exit(0);
  }

  private static Sidecar start(Path state, int farEnd) throws IOException {
    Path snapshot = state.resolve("snapshot.json");
    Files.writeString(snapshot, SnapshotCodec.encode(Governed.by(farEnd)));
    Settings settings =
        Settings.from(
            Map.of(
                "TIDEGATE_OPERATOR_URL",
                "",
                "TIDEGATE_LISTEN",
                "127.0.0.1:0",
                "TIDEGATE_ADMIN_LISTEN",
                "127.0.0.1:0",
                "TIDEGATE_CONFIG_FILE",
                snapshot.toString(),
                "TIDEGATE_STATE_DIR",
                state.toString(),
                "TIDEGATE_CREDENTIALS_DIR",
                state.toString()));
    EventWriter nowhere = new EventWriter(OutputStream.nullOutputStream());
    return Sidecar.start(
        settings, new Sidecar.Surroundings(Clock.systemUTC(), StreamTiming.PRODUCTION, nowhere));
  }

  private static Set<Long> all() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::threadId)
        .collect(Collectors.toSet());
  }

  private static long thread(String name, Set<Long> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .map(Thread::threadId)
        .filter(id -> !before.contains(id))
        .findFirst()
        .orElseThrow();
  }

  private void run(int count, int windows, String only) throws IOException {
    System.out.printf(
        "%-22s %7s | %9s %8s | %9s %8s%n", "load", "count", "loop B", "us", "recorder B", "us");
    List<Map.Entry<String, Load>> loads = new ArrayList<>();
    loads.add(Map.entry("1 KB", calls -> unary(1024, "", calls)));
    loads.add(Map.entry("1 KB, SDK's headers", calls -> unary(1024, SDK, calls)));
    loads.add(Map.entry("16 KB", calls -> unary(16384, "", calls)));
    loads.add(Map.entry("chunk", this::stream));
    loads.removeIf(load -> !only.isEmpty() && !load.getKey().equals(only));
    for (int window = 0; window < windows; window++) {
      for (Map.Entry<String, Load> load : loads) {
        measure(load.getKey(), load.getValue(), count);
      }
    }
  }

  private void measure(String what, Load load, int count) throws IOException {
    Counters before = counters();
    load.run(count);
    Counters after = counters();
    System.out.printf(
        Locale.ROOT,
        "%-22s %7d | %9.0f %8.1f | %9.0f %8.1f%n",
        what,
        count,
        (after.loopBytes - before.loopBytes) / (double) count,
        (after.loopNanos - before.loopNanos) / 1e3 / count,
        (after.recorderBytes - before.recorderBytes) / (double) count,
        (after.recorderNanos - before.recorderNanos) / 1e3 / count);
  }

  private Counters counters() {
    return new Counters(
        threads.getThreadAllocatedBytes(loop),
        threads.getThreadCpuTime(loop),
        threads.getThreadAllocatedBytes(recorder),
        threads.getThreadCpuTime(recorder));
  }

  private void unary(int size, String headers, int calls) throws IOException {
    byte[] request = request(size, size, headers, false);
    for (int i = 0; i < calls; i++) {
      out.write(request);
      Http1.Head head = ok(Http1.head(in));
      if (in.readNBytes(head.length()).length < size) {
        throw new IOException("the answer is too short");
      }
    }
  }

  private void stream(int chunks) throws IOException {
    out.write(request(10, chunks, "", true));
    ok(Http1.head(in));
    for (int i = 0; i <= chunks; i++) {
      farEnd.next();
      Http1.chunk(in);
    }
    while (Http1.chunk(in).length > 0) {}
  }

  private static Http1.Head ok(Http1.Head head) throws IOException {
    if (!head.first().contains(" 200 ")) {
      throw new IOException(head.first());
    }
    return head;
  }

  private static byte[] request(int size, int answer, String headers, boolean stream) {
    String body =
        "{\"model\":\"m\","
            + (stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")
            + "\"messages\":[{\"role\":\"user\",\"content\":\""
            + "q".repeat(size)
            + "\"}]}";
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\n"
            + "host: 127.0.0.1\r\n"
            + "content-type: application/json\r\n"
            + headers
            + "x-bench-answer: "
            + answer
            + "\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }
}
