package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.policy.BudgetLimit;
import java.time.Instant;

/**
 * What one account holds in one window: picodollars, or a count. A reservation keeps the tally from
 * which it took, so it is settled there even after the account has begun a new window.
 */
final class Tally {
  private final WindowSpan span;
  private long spent;
  private long reserved;

  Tally(WindowSpan span, long spent) {
    this.span = span;
    this.spent = spent;
  }

  WindowSpan span() {
    return span;
  }

  long spent() {
    return spent;
  }

  long reserved() {
    return reserved;
  }

  boolean isEmpty() {
    return spent == 0 && reserved == 0;
  }

  /** Never negative: a limit lowered below what is spent has nothing left. */
  long remaining(long limit) {
    long left = limit - spent;
    return left <= reserved ? 0 : left - reserved;
  }

  Ledger.Standing standing(BudgetLimit limit, Instant now) {
    return Ledger.Standing.in(span, remaining(limit.amount()), reserved, now);
  }

  void reserve(long amount) {
    reserved = Math.addExact(reserved, amount);
  }

  void release(long amount) {
    reserved -= amount;
  }

  /** Stays at the greatest number instead of passing it. */
  void spend(long amount) {
    long sum = spent + amount;
    spent = sum < 0 ? Long.MAX_VALUE : sum;
  }
}
