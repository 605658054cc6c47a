package io.tidegate.sidecar.budget;

import java.util.List;

/** What the journal tells, one fact each. */
sealed interface JournalRecord {
  /** The number stands for this account from here on. */
  record AccountOpened(int number, AccountKey key) implements JournalRecord {}

  /** Everything settled so far in one window; written when the journal is rewritten. */
  record Spent(Entry entry) implements JournalRecord {}

  /** An attempt was admitted; the entries are its upper bound. */
  record Reserved(long id, List<Entry> entries) implements JournalRecord {
    public Reserved {
      entries = List.copyOf(entries);
    }
  }

  /** An attempt has ended; the entries are what it cost, complete without its {@link Reserved}. */
  record Settled(long id, List<Entry> entries) implements JournalRecord {
    public Settled {
      entries = List.copyOf(entries);
    }
  }

  /**
   * @param amount picodollars, or a count
   */
  record Entry(int account, WindowSpan span, long amount) {}
}
