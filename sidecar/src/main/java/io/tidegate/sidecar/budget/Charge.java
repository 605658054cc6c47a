package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.call.UsageSource;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Price;
import io.tidegate.sidecar.policy.Usage;

/**
 * What an attempt has cost in the end.
 *
 * @param money exact, or the upper bound where the usage is not known; {@link Money#ZERO} where the
 *     model has no price
 * @param tokens input and output
 * @param source what the figures rest on
 */
public record Charge(Money money, long tokens, UsageSource source) {
  /** The attempt never reached a provider, or the provider refused it. */
  public static final Charge NOTHING = new Charge(Money.ZERO, 0, UsageSource.missing);

  /**
   * What the provider measured, to the token. Figures that cannot be (negative, or beyond what a
   * long counts) are treated as unknown.
   *
   * @param price null if the model has none
   * @param usage null: unknown
   */
  public static Charge of(Reservation reservation, Price price, Usage usage) {
    if (usage == null || !plausible(usage)) {
      return upperBound(reservation);
    }
    try {
      Money money = price == null ? Money.ZERO : usage.cost(price);
      long tokens = Math.addExact(usage.inputTokens(), usage.outputTokens());
      return new Charge(money, tokens, UsageSource.measured);
    } catch (ArithmeticException e) {
      return upperBound(reservation);
    }
  }

  /** The attempt may have reached the provider and nobody knows what it used. */
  public static Charge upperBound(Reservation reservation) {
    return new Charge(reservation.money(), reservation.tokens(), UsageSource.estimated);
  }

  /**
   * An answer that broke off: the input is known (Anthropic tells it at the start), of the output
   * only that it stayed within the cap. Never above the reservation unless the known part is.
   *
   * @param known with whatever output was reported so far
   */
  public static Charge brokenOff(Reservation reservation, Price price, Usage known) {
    long outputBound = Math.max(0, reservation.tokens() - reservation.inputTokens());
    Usage bounded =
        new Usage(
            known.inputTokens(),
            known.cacheReadTokens(),
            known.cacheWriteTokens(),
            known.cacheWriteOneHourTokens(),
            Math.max(known.outputTokens(), outputBound),
            known.reasoningTokens());
    Charge charge = of(reservation, price, bounded);
    return new Charge(charge.money, charge.tokens, UsageSource.estimated);
  }

  private static boolean plausible(Usage usage) {
    return usage.inputTokens() >= 0
        && usage.cacheReadTokens() >= 0
        && usage.cacheWriteTokens() >= 0
        && usage.cacheWriteOneHourTokens() >= 0
        && usage.outputTokens() >= 0;
  }
}
