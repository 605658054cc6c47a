package io.tidegate.sidecar.budget;

import java.util.List;

/** What is in flight. */
record OpenReservation(long id, List<Held> held) {
  OpenReservation {
    held = List.copyOf(held);
  }

  /**
   * @param tally the window in which it was taken
   */
  record Held(AccountState account, Tally tally, long amount) {
    /** What the charge means in this account's unit. */
    long charged(Charge charge) {
      return switch (account.key().unit()) {
        case Usd -> charge.money().picoUsd();
        case Tokens -> charge.tokens();
        case Requests -> 1;
        case ConcurrentRequests -> 0;
      };
    }
  }
}
