package io.tidegate.e2e.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Runs the contest and prints its table. Arguments: rounds (default 3), seconds of each unary
 * window (default 5), seconds of warm-up with each unary load (default 20; 0: none at all). Less
 * warm-up measures the just-in-time compiler.
 */
public final class Bench {
  private static final int CALLERS = 8;
  private static final int STREAMS = 200;
  private static final int CHUNKS = 100;
  private static final List<String> LOADS = List.of("1KB", "16KB", "streams");
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Load load = new Load(vertx);
  private final Summary summary = new Summary();

  /** What one window cost, each: microseconds of CPU, bytes of the event loop's garbage. */
  private record Cost(double cpu, double withoutCompiler, double bytes) {}

  private Bench() {}

  public static void main(String[] args) throws Exception {
    Bench bench = new Bench();
    try (Starter starter = new Starter()) {
      bench.run(
          starter,
          seconds(args, 0, 3),
          Duration.ofSeconds(seconds(args, 1, 5)),
          Duration.ofSeconds(seconds(args, 2, 20)));
    } finally {
      bench.vertx.close();
    }
    System.exit(0);
  }

  private static int seconds(String[] args, int at, int otherwise) {
    return args.length > at ? Integer.parseInt(args[at]) : otherwise;
  }

  private void run(Starter starter, int rounds, Duration window, Duration warmUp)
      throws IOException, InterruptedException {
    int farEnd = starter.farEnd();
    Contestant direct = new Contestant("direct", farEnd, List.of());
    Contestant nginx = starter.nginx(farEnd);
    Contestant tidegate = starter.tidegate(farEnd);
    rss("idle", nginx, tidegate);
    for (Contestant contestant : List.of(direct, nginx, tidegate)) {
      warmUp(contestant, warmUp);
    }
    System.out.printf(
        "%-5s %-8s %-9s %7s %8s %8s %8s = %6s %6s %8s %6s %8s %6s%n",
        "round",
        "load",
        "through",
        "count",
        "p50 ms",
        "p99 ms",
        "CPU us",
        "loop",
        "JIT",
        "recorder",
        "rest",
        "bytes",
        "failed");
    for (int round = 1; round <= rounds; round++) {
      for (String what : LOADS) {
        measure(round, what, direct, window);
        Cost bound = measure(round, what, nginx, window);
        Cost ours = measure(round, what, tidegate, window);
        summary.add(what, bound.cpu, ours.cpu, ours.withoutCompiler, ours.bytes);
      }
    }
    rss("loaded", nginx, tidegate);
    summary.print();
  }

  private void warmUp(Contestant contestant, Duration each) throws InterruptedException {
    if (each.isPositive()) {
      load.unary(contestant.port(), 1024, CALLERS, each);
      load.unary(contestant.port(), 16384, CALLERS, each);
      load.streams(contestant.port(), STREAMS, CHUNKS);
    }
  }

  private static void rss(String when, Contestant nginx, Contestant tidegate) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "RSS %s: nginx %d MB, tidegate %d MB%n",
        when,
        nginx.rssMegabytes(),
        tidegate.rssMegabytes());
  }

  private Cost measure(int round, String what, Contestant contestant, Duration window)
      throws IOException, InterruptedException {
    double bytes = garbage(contestant);
    Cpu before = contestant.cpu();
    Sample sample =
        switch (what) {
          case "1KB" -> load.unary(contestant.port(), 1024, CALLERS, window);
          case "16KB" -> load.unary(contestant.port(), 16384, CALLERS, window);
          default -> load.streams(contestant.port(), STREAMS, CHUNKS);
        };
    Cpu cpu = contestant.cpu().since(before);
    double micros = 1e6 / sample.count();
    Cost cost =
        new Cost(
            cpu.total() * micros,
            cpu.settled() * micros,
            (garbage(contestant) - bytes) / sample.count());
    System.out.printf(
        Locale.ROOT,
        "%-5d %-8s %-9s %7d %8.3f %8.3f %8.1f = %6.1f %6.1f %8.1f %6.1f %8.0f %6d%n",
        round,
        what,
        contestant.name(),
        sample.count(),
        sample.millis(0.5),
        sample.millis(0.99),
        cost.cpu,
        cpu.loop() * micros,
        cpu.compiler() * micros,
        cpu.recorder() * micros,
        cpu.rest() * micros,
        cost.bytes,
        sample.failed());
    return cost;
  }

  private static double garbage(Contestant contestant) throws IOException {
    return contestant.name().equals("tidegate")
        ? Garbage.ofEventLoop(contestant.pids().getFirst())
        : 0;
  }
}
