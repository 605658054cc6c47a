package io.tidegate.sidecar.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.policy.BudgetLimit;
import io.tidegate.sidecar.policy.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small journal that is rewritten all the time, with crashes between any two steps. */
class JournalRewriteTest {
  private static final BudgetLimit DAY = limit("day", Budget.Unit.Usd, Budget.Window.Day);
  private static final BudgetLimit MINUTE =
      limit("minute", Budget.Unit.Tokens, Budget.Window.Minute);
  private static final BudgetLimit HOUR = limit("hour", Budget.Unit.Requests, Budget.Window.Hour);
  private static final BudgetLimit PARALLEL =
      limit("parallel", Budget.Unit.ConcurrentRequests, null);

  @TempDir private Path directory;
  private final BudgetFixture world = new BudgetFixture();
  private final Queue<Runnable> disk = new ArrayDeque<>();

  private static BudgetLimit limit(String name, Budget.Unit unit, Budget.Window window) {
    return new BudgetLimit(name, unit, Long.MAX_VALUE, window, ZoneOffset.UTC);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theNextProcessFindsAllThatWasSpentAndInFlightWheneverThisOneDies(long seed)
      throws IOException {
    Random random = new Random(seed);
    Path live = Files.createDirectory(directory.resolve("live"));
    LocalLedger ledger = new LocalLedger(world, world, journal(live), 1000);
    ledger.restore();
    List<Long> open = new ArrayList<>();
    for (int step = 0; step < 1500; step++) {
      int choice = random.nextInt(100);
      if (choice < 45) {
        reserve(ledger, random, open);
      } else if (choice < 85 && !open.isEmpty()) {
        long id = open.remove(random.nextInt(open.size()));
        ledger.settle(
            id,
            new Charge(new Money(random.nextInt(900)), random.nextInt(90), UsageSource.measured));
      } else if (choice < 95 && !disk.isEmpty()) {
        disk.remove().run();
      } else if (choice < 97) {
        world.pass(Duration.ofSeconds(random.nextInt(40)));
      }
      if (step % 10 == 0) {
        assertThat(afterCrash(live, step)).isEqualTo(charged(ledger));
      }
    }
    assertThat(world.faults).isEmpty();
    ledger.close();
    disk.forEach(Runnable::run);
  }

  private Journal journal(Path where) {
    return new Journal(where, world, disk::add, world, 16 << 10);
  }

  private static void reserve(LocalLedger ledger, Random random, List<Long> open) {
    String key = "user-" + random.nextInt(6);
    Ledger.Answer answer =
        ledger
            .reserve(
                List.of(
                    part(DAY, "", 1 + random.nextInt(1000)),
                    part(MINUTE, key, 1 + random.nextInt(100)),
                    part(HOUR, key, 1),
                    part(PARALLEL, key, 1)))
            .result();
    if (answer instanceof Ledger.Answer.Taken taken) {
      open.add(taken.reservationId());
    }
  }

  private static Ledger.Part part(BudgetLimit limit, String key, long amount) {
    return new Ledger.Part(new Ledger.Account(BudgetFixture.BUDGET, limit, key), amount);
  }

  /** Limit to what is spent or in flight. */
  private static TreeMap<String, String> charged(LocalLedger ledger) {
    TreeMap<String, String> sums = new TreeMap<>();
    for (SpendReport.Window window : ledger.report()) {
      if (!window.limit().equals("parallel")) {
        var sum =
            new java.math.BigDecimal(window.spent())
                .add(new java.math.BigDecimal(window.reserved()))
                .stripTrailingZeros();
        if (sum.signum() != 0) {
          sums.put(window.limit(), sum.toPlainString());
        }
      }
    }
    return sums;
  }

  private TreeMap<String, String> afterCrash(Path live, int step) throws IOException {
    Path copy = Files.createDirectory(directory.resolve("crash" + step));
    for (String name : List.of("budget.journal", "budget.journal.new")) {
      if (Files.exists(live.resolve(name))) {
        Files.copy(live.resolve(name), copy.resolve(name));
      }
    }
    Journal journal = new Journal(copy, world, Runnable::run, world, 16 << 10);
    try (LocalLedger next = new LocalLedger(world, world, journal, 1000)) {
      next.restore();
      return charged(next);
    }
  }
}
