package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.policy.BudgetLimit;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** All accounts, bounded in number: those that hold nothing any more make room for new ones. */
final class Accounts {
  private static final int FIRST_SWEEP = 1024;
  private final int max;
  private final Map<AccountKey, AccountState> byKey = new LinkedHashMap<>();
  private int sweepAt;
  private Instant sweepNotBefore = Instant.MIN;
  private int lastNumber;

  Accounts(int max) {
    this.max = max;
    this.sweepAt = Math.min(FIRST_SWEEP, max);
  }

  /** Null if there is none. */
  AccountState find(AccountKey key) {
    return byKey.get(key);
  }

  /** Null if there are too many live accounts to open another. */
  AccountState open(AccountKey key, BudgetLimit limit, Instant now) {
    if (byKey.size() >= sweepAt) {
      sweep(now);
    }
    if (byKey.size() >= max) {
      return null;
    }
    return add(key, new Tally(WindowSpan.of(limit.window(), limit.zone(), now), 0));
  }

  AccountState add(AccountKey key, Tally tally) {
    AccountState state = new AccountState(key, ++lastNumber, tally);
    byKey.put(key, state);
    return state;
  }

  Collection<AccountState> all() {
    return byKey.values();
  }

  int max() {
    return max;
  }

  private void sweep(Instant now) {
    if (now.isBefore(sweepNotBefore)) {
      return;
    }
    byKey.values().removeIf(account -> account.idleAt(now));
    sweepAt = Math.min(max, Math.max(FIRST_SWEEP, byKey.size() * 2));
    sweepNotBefore = now.plusSeconds(1);
  }
}
