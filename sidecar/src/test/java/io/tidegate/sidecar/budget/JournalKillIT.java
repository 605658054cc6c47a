package io.tidegate.sidecar.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.policy.BudgetLimit;
import io.tidegate.sidecar.policy.Money;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that spends as fast as it can, killed without warning at an arbitrary moment. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalKillIT {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T10:15:30Z"));
  private static final BudgetLimit DAY =
      new BudgetLimit(
          "daily", Budget.Unit.Tokens, Long.MAX_VALUE, Budget.Window.Day, ZoneOffset.UTC);
  private static final int BOUND = 10;
  private static final int CHARGE = 7;

  @TempDir private Path directory;
  private final BudgetFixture world = new BudgetFixture();

  @Test
  void whatTheKilledProcessHadSpentAndReservedIsChargedInTheNext() throws Exception {
    for (int round = 0; round < 3; round++) {
      Path state = directory.resolve("round" + round);
      Process child = start(state);
      Progress before = readUntil(child, 20_000 + round * 7_777);
      // Unlike Process.destroyForcibly this leaves its output readable.
      child.toHandle().destroyForcibly();
      Progress last = drain(child, before);
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

      try (LocalLedger next = LocalLedger.open(state, CLOCK, Runnable::run, world)) {
        long spent = spent(next);
        // What was told is the least; beyond it, only the rounds between telling and dying.
        long told = (last.settled + last.open) * CHARGE;
        assertThat(spent).isBetween(told, told + 4 * 3 * BOUND);
        assertThat(world.faults).isEmpty();
      }
      try (LocalLedger again = LocalLedger.open(state, CLOCK, Runnable::run, world)) {
        assertThat(spent(again)).as("charged once, not at each start").isEqualTo(lastSpent);
      }
    }
  }

  private long lastSpent;

  private long spent(LocalLedger ledger) {
    List<SpendReport.Window> report = ledger.report();
    assertThat(report).hasSize(1);
    assertThat(report.getFirst().reserved()).isEqualTo("0");
    lastSpent = Long.parseLong(report.getFirst().spent());
    return lastSpent;
  }

  private record Progress(long settled, long open) {}

  private static Progress readUntil(Process child, long settled) throws IOException {
    BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
    Progress progress = new Progress(0, 0);
    while (progress.settled < settled) {
      String line = reader.readLine();
      assertThat(line).as("the child died early").isNotNull();
      progress = parse(line);
    }
    return progress;
  }

  /** What the child had still told before it died; the last line may be cut. */
  private static Progress drain(Process child, Progress before) throws IOException {
    BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
    Progress progress = before;
    String previous = null;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      progress = previous == null ? progress : parse(previous);
      previous = line;
    }
    return progress;
  }

  private static Progress parse(String line) {
    String[] parts = line.split(" ", -1);
    return new Progress(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  private static Process start(Path state) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            classPath(),
            Spender.class.getName(),
            state.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Whoever runs the tests may have loaded them with a class loader of its own. */
  private static String classPath() {
    return Spender.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** Keeps up to three reservations open, tells how many are settled and open after each round. */
  static final class Spender {
    private Spender() {}

    public static void main(String[] args) {
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      ExecutorService disk =
          Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
      LocalLedger ledger = LocalLedger.open(Path.of(args[0]), CLOCK, disk, LedgerEvents.NONE);
      Charge charge = new Charge(Money.ZERO, CHARGE, UsageSource.measured);
      long settled = 0;
      while (true) {
        long[] ids = {take(ledger), take(ledger), take(ledger)};
        out.println(settled + " " + ids.length);
        for (long id : ids) {
          ledger.settle(id, charge);
        }
        settled += ids.length;
      }
    }

    private static long take(LocalLedger ledger) {
      Ledger.Account account = new Ledger.Account(BudgetFixture.BUDGET, DAY, "");
      while (true) {
        Ledger.Answer answer = ledger.reserve(List.of(new Ledger.Part(account, BOUND))).result();
        switch (answer) {
          case Ledger.Answer.Taken taken -> {
            return taken.reservationId();
          }
          // Faster than the disk: the journal is full until it is rewritten.
          case Ledger.Answer.Unavailable full -> LockSupport.parkNanos(1_000_000);
          default -> throw new IllegalStateException("refused: " + answer);
        }
      }
    }
  }
}
