package io.tidegate.sidecar.budget;

import static io.tidegate.sidecar.budget.BudgetFixture.parallel;
import static io.tidegate.sidecar.budget.BudgetFixture.policy;
import static io.tidegate.sidecar.budget.BudgetFixture.requests;
import static io.tidegate.sidecar.budget.BudgetFixture.tokens;
import static io.tidegate.sidecar.budget.BudgetFixture.usd;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.SpendReport;
import io.tidegate.sidecar.config.TaskField;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.Price;
import io.tidegate.sidecar.policy.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * 64 clients at once under a Strict budget, against a far end that counts up to 1.6 times our
 * estimate of the input, reasons, and writes caches. What it really bills is kept apart from the
 * ledger, so that the ledger cannot vouch for itself.
 */
class StrictBudgetTest {
  private static final int CLIENTS = 64;
  private static final Price PRICE = Price.of(BudgetFixture.PRICE);
  private static final Money DAILY = Money.ofUsd("0.25");
  private static final long PER_MINUTE = 40_000;
  private static final Policy POLICY =
      policy(
          BudgetFixture.budget(
              new Budget.Subject(null, null, null, null, null),
              TaskField.TENANT_ID,
              usd("daily", DAILY.toDecimal(), Budget.Window.Day),
              tokens("burst", PER_MINUTE, Budget.Window.Minute),
              requests("rate", 400, Budget.Window.Minute),
              parallel("parallel", 40)));

  private record Flight(Reservation reservation, String tenant, Instant minute, long bytes) {}

  private final Map<String, Long> billedMoney = new HashMap<>();
  private final Map<String, Long> billedTokens = new HashMap<>();
  private BudgetFixture world;
  private LocalLedger ledger;
  private BudgetSettler settler;

  @BeforeTry
  void beginAnew() {
    billedMoney.clear();
    billedTokens.clear();
    world = new BudgetFixture();
    ledger = LocalLedger.inMemory(world, world);
    settler = new BudgetSettler(ledger);
  }

  @Property(tries = 150)
  void isNeverOverspentAndHoldsNothingWhenIdle(@ForAll long seed) {
    Random random = new Random(seed);
    List<Flight> inFlight = new ArrayList<>();
    int admitted = 0;
    int refused = 0;
    for (int step = 0; step < 2000; step++) {
      if (inFlight.size() < CLIENTS && random.nextBoolean()) {
        Flight flight = begin(random);
        if (flight != null) {
          inFlight.add(flight);
          admitted++;
        } else {
          refused++;
        }
      } else if (!inFlight.isEmpty()) {
        end(inFlight.remove(random.nextInt(inFlight.size())), random);
      }
      if (random.nextInt(100) == 0) {
        world.pass(Duration.ofSeconds(random.nextInt(90)));
      }
      assertThat(perTenant(inFlight)).allSatisfy((t, n) -> assertThat(n).isLessThanOrEqualTo(40));
    }
    inFlight.forEach(flight -> end(flight, random));

    assertThat(admitted).as("the budget was used").isPositive();
    assertThat(refused).as("the budget was needed").isPositive();
    assertThat(ledger.inFlight()).isZero();
    assertThat(ledger.report()).extracting(SpendReport.Window::reserved).containsOnly("0", "0.00");
    assertThat(world.settledTwice).isEmpty();
    assertThat(world.breaches).isEmpty();
  }

  private Flight begin(Random random) {
    long bytes = random.nextInt(8000);
    long cap = random.nextInt(3) == 0 ? -1 : 1 + random.nextInt(1500);
    String tenant = "tenant-" + random.nextInt(2);
    Task task = BudgetFixture.task(TaskField.TENANT_ID, tenant);
    String model = random.nextBoolean() ? "priced" : "endless";
    Admission admission =
        BudgetFixture.admit(
            ledger,
            POLICY,
            task,
            model,
            BudgetFixture.request(bytes + 16, cap, 1 + random.nextInt(3), null));
    return admission instanceof Admission.Granted granted
        ? new Flight(
            granted.reservation(), tenant, world.instant().truncatedTo(ChronoUnit.MINUTES), bytes)
        : null;
  }

  private void end(Flight flight, Random random) {
    Reservation held = flight.reservation;
    switch (random.nextInt(6)) {
      case 0 -> settler.settle(held, Charge.NOTHING);
      case 1 -> {
        bill(flight, real(flight, random));
        settler.settle(held, Charge.upperBound(held));
      }
      case 2 -> {
        Usage real = real(flight, random);
        bill(flight, real);
        Usage start =
            new Usage(
                real.inputTokens(),
                real.cacheReadTokens(),
                real.cacheWriteTokens(),
                real.cacheWriteOneHourTokens(),
                Math.min(1, real.outputTokens()),
                0);
        settler.settle(held, Charge.brokenOff(held, PRICE, start));
      }
      default -> {
        Usage real = real(flight, random);
        bill(flight, real);
        settler.settle(held, Charge.of(held, PRICE, real));
      }
    }
  }

  /**
   * Up to 1.6 times bytes / 4, of which any part may be cached; now and then all that the bound
   * allows, as the dearest cache write. Output, reasoning in it, up to the cap.
   */
  private static Usage real(Flight flight, Random random) {
    long most = flight.reservation.tokens() - flight.reservation.inputTokens();
    if (random.nextInt(4) == 0) {
      long input = flight.reservation.inputTokens();
      return new Usage(input, 0, 0, input, most, most / 2);
    }
    long input = (long) (flight.bytes / 4.0 * (0.5 + 1.1 * random.nextDouble()));
    long read = part(random, input);
    long write = part(random, input - read);
    long hour = part(random, input - read - write);
    long output = random.nextInt(3) == 0 ? most : part(random, most);
    return new Usage(input, read, write, hour, output, part(random, output));
  }

  private static long part(Random random, long whole) {
    return whole <= 0 ? 0 : random.nextLong(whole + 1);
  }

  private void bill(Flight flight, Usage usage) {
    Instant day = flight.minute.truncatedTo(ChronoUnit.DAYS);
    long money =
        billedMoney.merge(flight.tenant + day, usage.cost(PRICE).picoUsd(), Math::addExact);
    long tokens =
        billedTokens.merge(flight.tenant + flight.minute, usage.totalTokens(), Math::addExact);
    assertThat(money).isLessThanOrEqualTo(DAILY.picoUsd());
    assertThat(tokens).isLessThanOrEqualTo(PER_MINUTE);
  }

  private static Map<String, Integer> perTenant(List<Flight> inFlight) {
    Map<String, Integer> counts = new HashMap<>();
    inFlight.forEach(flight -> counts.merge(flight.tenant, 1, Integer::sum));
    return counts;
  }
}
