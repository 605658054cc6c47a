package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.policy.BudgetLimit;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Accounts of windows and of what is in flight. Called on the event loop; never blocks. */
public interface Ledger {
  /**
   * Takes all parts or none.
   *
   * @param parts one for each limit that applies, in the policy's order
   */
  Future<Answer> reserve(List<Part> parts);

  /**
   * Ends a reservation in the windows in which it was taken. A second call for the same id changes
   * nothing and is counted as a fault. Requests stay counted, concurrency is given back, money and
   * tokens are replaced by the charge, in full even above what was reserved.
   */
  void settle(long reservationId, Charge charge);

  /** How an account stands now. */
  Standing standing(Account account);

  /**
   * One limit of one budget for one value of {@code per}.
   *
   * @param key value of the budget's {@code per} field; empty without one
   */
  record Account(ObjectRef budget, BudgetLimit limit, String key) {}

  /**
   * @param amount picodollars, or a count
   */
  record Part(Account account, long amount) {}

  /**
   * @param remaining picodollars, or a count; never negative
   * @param reserved held by calls under way, of which they give back what they do not use
   * @param resetsAt when the window ends; null for concurrency
   * @param resetsIn until then; null likewise
   */
  record Standing(long remaining, long reserved, Instant resetsAt, Duration resetsIn) {
    static Standing in(WindowSpan span, long remaining, long reserved, Instant now) {
      return new Standing(remaining, reserved, span.endsAt(), span.left(now));
    }
  }

  /** Outcome of a reservation. */
  sealed interface Answer {
    record Taken(long reservationId) implements Answer {}

    /**
     * @param account the first that lacks room
     */
    record Short(Account account, Standing standing) implements Answer {}

    /**
     * The ledger cannot record a reservation, so it takes none.
     *
     * @param why a sentence for a person
     */
    record Unavailable(String why) implements Answer {}
  }
}
