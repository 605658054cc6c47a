package io.tidegate.sidecar.policy;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * US dollars, counted in whole picodollars (1e-12): the price of one token at a price of six
 * decimals for a million tokens is then exact, and a {@code long} holds 9.2 million dollars.
 */
public record Money(long picoUsd) implements Comparable<Money> {
  public static final Money ZERO = new Money(0);
  private static final int SCALE = 12;

  /**
   * @param decimal such as {@code 500.00}
   * @throws ArithmeticException if it has more than twelve places or does not fit
   * @throws NumberFormatException if it is no decimal
   */
  public static Money ofUsd(String decimal) {
    return new Money(new BigDecimal(decimal).setScale(SCALE).unscaledValue().longValueExact());
  }

  /**
   * Picodollars for one token at this price for a million: 1 USD per million is 1,000,000
   * picodollars per token.
   */
  public static Money perToken(String usdPerMillionTokens) {
    return new Money(
        new BigDecimal(usdPerMillionTokens)
            .movePointRight(6)
            .setScale(0, RoundingMode.CEILING)
            .longValueExact());
  }

  public Money plus(Money other) {
    return new Money(Math.addExact(picoUsd, other.picoUsd));
  }

  public Money minus(Money other) {
    return new Money(Math.subtractExact(picoUsd, other.picoUsd));
  }

  public Money times(long count) {
    return new Money(Math.multiplyExact(picoUsd, count));
  }

  public static Money max(Money a, Money b) {
    return a.picoUsd >= b.picoUsd ? a : b;
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(picoUsd, other.picoUsd);
  }

  /**
   * Decimal with at least two places and no trailing zeros beyond them, such as {@code 0.0031} or
   * {@code 500.00}.
   */
  public String toDecimal() {
    BigDecimal exact = BigDecimal.valueOf(picoUsd, SCALE).stripTrailingZeros();
    return (exact.scale() < 2 ? exact.setScale(2) : exact).toPlainString();
  }

  @Override
  public String toString() {
    return toDecimal() + " USD";
  }
}
