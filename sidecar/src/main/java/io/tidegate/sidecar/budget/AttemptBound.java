package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Price;

/**
 * What one attempt can use at most. Sums beyond a long stay at {@link Long#MAX_VALUE}, which no
 * limit covers.
 *
 * @param inputTokens proven bound
 * @param answers how many answers are asked for, at least 1
 * @param price null if the model has none
 * @param requestedCap the strictest cap of caller, route, prompt and model, for each answer; {@link
 *     #NO_CAP} if none of them set one
 */
record AttemptBound(long inputTokens, int answers, Price price, long requestedCap) {
  static final long NO_CAP = Long.MAX_VALUE;

  /**
   * Output tokens, for each answer, that this much of a limit covers after the input is paid.
   *
   * @param remaining picodollars, or tokens
   * @return -1 if it does not even cover the input; {@link #NO_CAP} if output costs nothing
   */
  long covered(Budget.Unit unit, long remaining) {
    long input = unit == Budget.Unit.Usd ? inputCost() : inputTokens;
    if (input > remaining) {
      return -1;
    }
    long each = unit == Budget.Unit.Usd ? price.output().picoUsd() : 1;
    return each == 0 ? NO_CAP : (remaining - input) / each / answers;
  }

  /** What an attempt with this cap takes from a limit. */
  long amount(Budget.Unit unit, long cap) {
    return switch (unit) {
      case Usd -> money(cap).picoUsd();
      case Tokens -> tokens(cap);
      case Requests, ConcurrentRequests -> 1;
    };
  }

  /** Zero without a price; the input alone without a cap. */
  Money money(long cap) {
    if (price == null) {
      return Money.ZERO;
    }
    long output = cap == NO_CAP ? 0 : times(times(price.output().picoUsd(), answers), cap);
    return new Money(plus(inputCost(), output));
  }

  /** The input alone without a cap. */
  long tokens(long cap) {
    return plus(inputTokens, cap == NO_CAP ? 0 : times(answers, cap));
  }

  private long inputCost() {
    return times(price.dearestInput().picoUsd(), inputTokens);
  }

  private static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
