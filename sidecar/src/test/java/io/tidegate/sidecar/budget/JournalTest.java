package io.tidegate.sidecar.budget;

import static io.tidegate.sidecar.budget.BudgetFixture.budget;
import static io.tidegate.sidecar.budget.BudgetFixture.denied;
import static io.tidegate.sidecar.budget.BudgetFixture.granted;
import static io.tidegate.sidecar.budget.BudgetFixture.parallel;
import static io.tidegate.sidecar.budget.BudgetFixture.policy;
import static io.tidegate.sidecar.budget.BudgetFixture.request;
import static io.tidegate.sidecar.budget.BudgetFixture.tokens;
import static io.tidegate.sidecar.budget.BudgetFixture.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Policy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Policy POLICY = policy(budget(tokens("daily", 10_000, Budget.Window.Day)));

  /** Zeros behind the checksum of a reservation with one part. */
  private static final int PADDING = 4;

  @TempDir private Path directory;
  private final BudgetFixture world = new BudgetFixture();
  private final List<LocalLedger> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(LocalLedger::close);
  }

  private LocalLedger open(Path where) {
    LocalLedger ledger = LocalLedger.open(where, world, Runnable::run, world);
    opened.add(ledger);
    return ledger;
  }

  private Path journal() {
    return directory.resolve("budget.journal");
  }

  private static Admission admit(LocalLedger ledger, Policy policy, long input) {
    return BudgetFixture.admit(ledger, policy, Task.EMPTY, "priced", request(input, 100, 1, null));
  }

  private static void spend(LocalLedger ledger, long tokens) {
    ledger.settle(granted(admit(ledger, POLICY, tokens)).id(), charge(tokens));
  }

  private static Charge charge(long tokens) {
    return new Charge(Money.ZERO, tokens, UsageSource.measured);
  }

  private static String spent(LocalLedger ledger) {
    return ledger.report().isEmpty() ? "nothing" : ledger.report().getFirst().spent();
  }

  /** What the next process would find if this one died now. */
  private Path crashCopy(String name) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(name));
    Files.copy(journal(), copy.resolve("budget.journal"));
    return copy;
  }

  @Test
  void settledSpendingSurvivesARestart() {
    LocalLedger first = open(directory);
    spend(first, 1234);
    first.close();

    LocalLedger second = open(directory);

    assertThat(spent(second)).isEqualTo("1234");
    assertThat(second.report().getFirst().reserved()).isEqualTo("0");
    assertThat(world.faults).isEmpty();
  }

  @Test
  void whatWasInFlightIsChargedOnceAtItsUpperBound() throws IOException {
    LocalLedger first = open(directory);
    spend(first, 1000);
    Reservation inFlight = granted(admit(first, POLICY, 400));

    LocalLedger second = open(crashCopy("second"));
    assertThat(spent(second)).isEqualTo("1500");
    second.settle(inFlight.id(), charge(1));
    assertThat(world.settledTwice).containsExactly(inFlight.id());
    assertThat(granted(admit(second, POLICY, 1)).id()).isGreaterThan(inFlight.id());
    second.close();
    assertThat(spent(open(directory.resolve("second")))).isEqualTo("1601");
  }

  @Test
  void anEndedWindowIsNotRestored() {
    LocalLedger first = open(directory);
    spend(first, 1000);
    granted(admit(first, POLICY, 400));
    first.close();

    world.pass(Duration.ofDays(1));

    assertThat(open(directory).report()).isEmpty();
  }

  @Test
  void concurrencyEndsWithTheProcess() {
    Policy parallel = policy(budget(parallel("parallel", 1)));
    LocalLedger first = open(directory);
    granted(admit(first, parallel, 1));
    first.close();

    granted(admit(open(directory), parallel, 1));
  }

  @Test
  void moneyComesBackToThePicodollar() {
    Policy money = policy(budget(usd("daily", "5", Budget.Window.Day)));
    LocalLedger first = open(directory);
    Charge odd = new Charge(new Money(123_456_789_011L), 1, UsageSource.measured);
    first.settle(granted(admit(first, money, 50_000)).id(), odd);
    first.close();

    assertThat(spent(open(directory))).isEqualTo("0.123456789011");
  }

  @Test
  void aTailTornAtAnyByteCostsAtMostTheLastRecord() throws IOException {
    LocalLedger first = open(directory);
    spend(first, 1000);
    int before = JournalFile.read(journal()).end();
    granted(admit(first, POLICY, 400));
    int end = JournalFile.read(journal()).end();
    byte[] whole = Files.readAllBytes(journal());
    assertThat(end).isGreaterThan(before);

    for (int cut = before; cut <= end; cut++) {
      for (byte filler : new byte[] {0, (byte) 0xa5}) {
        byte[] torn = whole.clone();
        for (int i = cut; i < end; i++) {
          torn[i] = filler;
        }
        Path copy = Files.createDirectory(directory.resolve("cut" + cut + "with" + filler));
        Files.write(copy.resolve("budget.journal"), torn);
        LocalLedger next = open(copy);
        boolean proven = Arrays.equals(torn, 0, end - PADDING, whole, 0, end - PADDING);
        assertThat(spent(next)).as("cut at %s", cut).isEqualTo(proven ? "1500" : "1000");
        spend(next, 7);
        String now = spent(next);
        next.close();
        LocalLedger after = open(copy);
        assertThat(spent(after)).isEqualTo(now);
        after.close();
      }
    }
  }

  @Test
  void aDamagedRecordInTheMiddleLosesOnlyItself() throws IOException {
    LocalLedger first = open(directory);
    spend(first, 1000);
    int before = JournalFile.read(journal()).end();
    spend(first, 300);
    spend(first, 20);
    Path copy = crashCopy("damaged");
    try (RandomAccessFile file =
        new RandomAccessFile(copy.resolve("budget.journal").toFile(), "rw")) {
      file.seek(before + 20);
      file.write(0xff);
    }

    LocalLedger next = open(copy);

    // The reservation of 300 is gone; its settlement carries the charge all the same.
    assertThat(spent(next)).isEqualTo("1320");
    assertThat(world.faults).singleElement().asString().contains("damaged");
  }

  @Test
  void garbageIsReportedAndTheSidecarStarts() throws IOException {
    for (byte[] garbage :
        new byte[][] {
          {},
          {1, 2, 3},
          new byte[100],
          "not a journal at all, is it".getBytes(StandardCharsets.UTF_8)
        }) {
      world.faults.clear();
      Files.write(journal(), garbage);
      LocalLedger ledger = open(directory);
      spend(ledger, 5);
      assertThat(spent(ledger)).isEqualTo("5");
      ledger.close();
      assertThat(world.faults).hasSize(1);
    }
  }

  @Test
  void aDirectoryInUseRefusesCallsUnderBudgetsAndSaysWhy() {
    open(directory);
    LocalLedger second = open(directory);

    Refusal refusal = denied(admit(second, POLICY, 1));

    assertThat(refusal.reason()).isEqualTo(Reason.LEDGER_UNAVAILABLE);
    assertThat(refusal.message()).contains("TenantBudget support/team", directory.toString());
    granted(admit(second, policy(), 1));
    granted(admit(second, policy(budget(parallel("parallel", 1))), 1));
  }

  @Test
  void aDirectoryThatCannotBeWrittenRefusesCallsUnderBudgets() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    LocalLedger ledger = open(file);

    assertThat(denied(admit(ledger, POLICY, 1)).reason()).isEqualTo(Reason.LEDGER_UNAVAILABLE);
    assertThat(ledger.fault()).contains(file.toString());
    granted(admit(ledger, policy(), 1));
  }

  @Test
  void aDiskThatRecoversIsUsedAgainWithoutARestart() throws IOException {
    LocalLedger before = open(directory);
    spend(before, 1000);
    before.close();
    Path inTheWay = Files.createDirectories(directory.resolve("budget.journal.new/x"));
    LocalLedger ledger = open(directory);
    assertThat(denied(admit(ledger, POLICY, 1)).reason()).isEqualTo(Reason.LEDGER_UNAVAILABLE);

    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    world.pass(Duration.ofSeconds(5));
    spend(ledger, 20);

    assertThat(ledger.fault()).isNull();
    ledger.close();
    assertThat(spent(open(directory))).isEqualTo("1020");
  }

  @Test
  void aJournalThatCannotBeReadIsNotReplaced() throws IOException {
    Files.createDirectories(journal().resolve("x"));

    LocalLedger ledger = open(directory);
    world.pass(Duration.ofMinutes(1));

    assertThat(denied(admit(ledger, POLICY, 1)).reason()).isEqualTo(Reason.LEDGER_UNAVAILABLE);
  }

  @Test
  void aFullJournalRefusesUntilItIsRewrittenAndStillSettles() {
    List<Runnable> disk = new ArrayList<>();
    Journal journal = new Journal(directory, world, disk::add, world, 2048);
    LocalLedger ledger = new LocalLedger(world, world, journal, 100);
    opened.add(ledger);
    ledger.restore();
    disk.clear();
    List<Reservation> taken = new ArrayList<>();
    Admission last = admit(ledger, POLICY, 1);
    while (last instanceof Admission.Granted) {
      taken.add(granted(last));
      last = admit(ledger, POLICY, 1);
    }
    assertThat(denied(last).reason()).isEqualTo(Reason.LEDGER_UNAVAILABLE);

    taken.forEach(each -> ledger.settle(each.id(), charge(1)));
    assertThat(world.faults).isEmpty();
    List.copyOf(disk).forEach(Runnable::run);

    granted(admit(ledger, POLICY, 1));
    assertThat(ledger.fault()).isNull();
    ledger.close();
    assertThat(spent(open(directory))).isEqualTo(Long.toString(taken.size() + 101));
  }
}
