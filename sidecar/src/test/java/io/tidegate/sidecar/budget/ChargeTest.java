package io.tidegate.sidecar.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Price;
import io.tidegate.sidecar.policy.Usage;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class ChargeTest {
  private static final Price PRICE = Price.of(BudgetFixture.PRICE);
  private static final Reservation RESERVATION =
      new Reservation(7, Money.ofUsd("0.5"), 3000, 1000, 1000, List.of());

  @Property
  void moneyIsTheExactSumOfItsParts(
      @ForAll @LongRange(max = 10_000_000) long plain,
      @ForAll @LongRange(max = 10_000_000) long read,
      @ForAll @LongRange(max = 10_000_000) long write,
      @ForAll @LongRange(max = 10_000_000) long hour,
      @ForAll @LongRange(max = 10_000_000) long output) {
    Usage usage = new Usage(plain + read + write + hour, read, write, hour, output, output / 2);

    Charge charge = Charge.of(RESERVATION, PRICE, usage);

    BigDecimal exact =
        new BigDecimal("2")
            .multiply(BigDecimal.valueOf(plain))
            .add(new BigDecimal("0.5").multiply(BigDecimal.valueOf(read)))
            .add(new BigDecimal("2.5").multiply(BigDecimal.valueOf(write)))
            .add(new BigDecimal("4").multiply(BigDecimal.valueOf(hour)))
            .add(new BigDecimal("8").multiply(BigDecimal.valueOf(output)))
            .movePointLeft(6);
    assertThat(new BigDecimal(charge.money().toDecimal())).isEqualByComparingTo(exact);
    assertThat(charge.tokens()).isEqualTo(plain + read + write + hour + output);
    assertThat(charge.source()).isEqualTo(UsageSource.measured);
  }

  @Property
  void figuresThatCannotBeAreChargedAtTheUpperBound(@ForAll("implausible") Usage usage) {
    assertThat(Charge.of(RESERVATION, PRICE, usage)).isEqualTo(Charge.upperBound(RESERVATION));
  }

  @Provide
  Arbitrary<Usage> implausible() {
    return Arbitraries.of(
        new Usage(-1, 0, 0, 0, 1, 0),
        new Usage(1, 0, 0, 0, -1, 0),
        new Usage(1, -5, 0, 0, 1, 0),
        new Usage(Long.MAX_VALUE, 0, 0, 0, 1, 0),
        new Usage(1, 0, 0, 0, Long.MAX_VALUE, 0));
  }

  @Example
  void withoutUsageTheUpperBoundIsCharged() {
    assertThat(Charge.of(RESERVATION, PRICE, null))
        .isEqualTo(new Charge(Money.ofUsd("0.5"), 3000, UsageSource.estimated));
  }

  @Example
  void anAnswerThatBrokeOffCostsItsKnownInputAndTheWholeCap() {
    Charge charge = Charge.brokenOff(RESERVATION, PRICE, new Usage(100, 0, 0, 0, 3, 0));

    assertThat(charge.tokens()).isEqualTo(2100);
    assertThat(charge.money()).isEqualTo(Money.ofUsd("0.0162"));
    assertThat(charge.source()).isEqualTo(UsageSource.estimated);
  }

  @Example
  void aModelWithoutAPriceStillHasTokens() {
    assertThat(Charge.of(RESERVATION, null, new Usage(10, 0, 0, 0, 5, 0)))
        .isEqualTo(new Charge(Money.ZERO, 15, UsageSource.measured));
  }
}
