package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.ObjectRef;
import io.vertx.core.Future;
import java.time.Duration;
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
   * Ends a reservation. A second call for the same id changes nothing and is counted as a fault.
   *
   * @param money picodollars
   */
  void settle(long reservationId, long picoUsd, long tokens);

  /** What is left in an account now: picodollars, or a count. */
  long remaining(Account account);

  /**
   * One limit of one budget for one value of {@code per}.
   *
   * @param key value of the budget's {@code per} field; empty without one
   */
  record Account(ObjectRef budget, io.tidegate.sidecar.policy.BudgetLimit limit, String key) {}

  /**
   * @param amount picodollars, or a count
   */
  record Part(Account account, long amount) {}

  /** Outcome of a reservation. */
  sealed interface Answer {
    record Taken(long reservationId) implements Answer {}

    /**
     * @param account the first that lacks room
     * @param remaining what it still has
     * @param resetsIn until its window ends; null for concurrency
     */
    record Short(Account account, long remaining, Duration resetsIn) implements Answer {}
  }
}
