package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.budget.JournalRecord.AccountOpened;
import io.tidegate.sidecar.budget.JournalRecord.Entry;
import io.tidegate.sidecar.budget.JournalRecord.Reserved;
import io.tidegate.sidecar.budget.JournalRecord.Settled;
import io.tidegate.sidecar.budget.JournalRecord.Spent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a journal's records add up to: settled charges, and reservations still open at their upper
 * bound, since their attempts may have reached a provider. Pure.
 */
final class JournalReplay {
  /** One account's spending in a window that has not ended. */
  record Window(AccountKey key, WindowSpan span, long spent) {}

  private record Place(AccountKey key, WindowSpan span) {}

  private final Map<Integer, AccountKey> accounts = new HashMap<>();
  private final Map<Place, Tally> tallies = new HashMap<>();
  private final Map<Long, Reserved> open = new HashMap<>();
  private final Instant now;
  private long lastId;
  private int unknown;

  private JournalReplay(Instant now) {
    this.now = now;
  }

  static JournalReplay of(List<JournalRecord> records, Instant now) {
    JournalReplay replay = new JournalReplay(now);
    records.forEach(replay::apply);
    replay.open.values().forEach(reserved -> replay.spend(reserved.entries()));
    return replay;
  }

  /** The latest window of each account. */
  List<Window> liveWindows() {
    Map<AccountKey, Window> latest = new HashMap<>();
    tallies.forEach(
        (place, tally) ->
            latest.merge(
                place.key,
                new Window(place.key, place.span, tally.spent()),
                (a, b) -> a.span.start() >= b.span.start() ? a : b));
    return new ArrayList<>(latest.values());
  }

  /** Greatest reservation id that was ever written; 0 if none was. */
  long lastId() {
    return lastId;
  }

  /** How many reservations the process left open. */
  int openReservations() {
    return open.size();
  }

  /** Live entries whose account no record names. */
  int unknownAccounts() {
    return unknown;
  }

  private void apply(JournalRecord journalRecord) {
    switch (journalRecord) {
      case AccountOpened opened -> accounts.put(opened.number(), opened.key());
      case Spent spent -> spend(List.of(spent.entry()));
      case Reserved reserved -> {
        lastId = Math.max(lastId, reserved.id());
        open.put(reserved.id(), reserved);
      }
      case Settled settled -> {
        lastId = Math.max(lastId, settled.id());
        open.remove(settled.id());
        spend(settled.entries());
      }
    }
  }

  private void spend(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.span().endedAt(now)) {
        continue;
      }
      AccountKey key = accounts.get(entry.account());
      if (key == null) {
        unknown++;
        continue;
      }
      tallies
          .computeIfAbsent(new Place(key, entry.span()), p -> new Tally(p.span, 0))
          .spend(Math.max(0, entry.amount()));
    }
  }
}
