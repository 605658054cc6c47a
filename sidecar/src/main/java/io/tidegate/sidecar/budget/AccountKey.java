package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;

/**
 * What makes an account the same across configurations: raising or lowering a limit, or moving its
 * time zone, keeps what was spent; another unit or window counts afresh.
 */
record AccountKey(
    ObjectRef budget, String limit, Budget.Unit unit, Budget.Window window, String key) {
  static AccountKey of(Ledger.Account account) {
    return new AccountKey(
        account.budget(),
        account.limit().name(),
        account.limit().unit(),
        account.limit().window(),
        account.key());
  }

  /** Concurrency ends with the process, so it needs no journal. */
  boolean survivesProcess() {
    return unit != Budget.Unit.ConcurrentRequests;
  }
}
