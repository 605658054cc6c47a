package io.tidegate.sidecar.policy;

import io.tidegate.sidecar.config.Provider;

/** Exact price of one token of each kind. Reasoning tokens are output tokens. */
public record Price(
    Money input, Money output, Money cacheRead, Money cacheWrite, Money cacheWriteOneHour) {

  /**
   * Where a cache price is not given, cache reads cost as much as input, cache writes 1.25 times
   * and one-hour writes twice as much, the list price ratios of OpenAI and Anthropic: an estimate
   * may then be too high, never too low.
   */
  public static Price of(Provider.Price price) {
    Money input = Money.perToken(price.input());
    return new Price(
        input,
        Money.perToken(price.output()),
        price.cacheRead() == null ? input : Money.perToken(price.cacheRead()),
        price.cacheWrite() == null
            ? new Money(Math.ceilDiv(Math.multiplyExact(input.picoUsd(), 5), 4))
            : Money.perToken(price.cacheWrite()),
        price.cacheWriteOneHour() == null
            ? input.times(2)
            : Money.perToken(price.cacheWriteOneHour()));
  }

  /** What one input token can cost at most, however it is counted. */
  public Money dearestInput() {
    return Money.max(Money.max(input, cacheRead), Money.max(cacheWrite, cacheWriteOneHour));
  }
}
