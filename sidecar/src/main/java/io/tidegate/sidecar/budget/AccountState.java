package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.policy.BudgetLimit;
import java.time.Instant;

/** One account and its present window. */
final class AccountState {
  private final AccountKey key;
  private final int number;
  private Tally tally;

  /**
   * @param number names the account in the journal
   */
  AccountState(AccountKey key, int number, Tally tally) {
    this.key = key;
    this.number = number;
    this.tally = tally;
  }

  AccountKey key() {
    return key;
  }

  int number() {
    return number;
  }

  /**
   * The tally of the window that holds this moment. A clock that steps back does not reopen an
   * earlier window, and a new time zone takes effect when the present window ends.
   */
  Tally at(Instant now, BudgetLimit limit) {
    if (tally.span().endedAt(now)) {
      tally = new Tally(WindowSpan.of(limit.window(), limit.zone(), now), 0);
    }
    return tally;
  }

  /** The latest tally, which may have ended. */
  Tally latest() {
    return tally;
  }

  /** Whether forgetting the account changes nothing. */
  boolean idleAt(Instant now) {
    return tally.span().endedAt(now) || tally.isEmpty();
  }
}
