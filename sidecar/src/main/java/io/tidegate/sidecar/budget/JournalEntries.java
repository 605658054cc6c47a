package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.budget.JournalRecord.AccountOpened;
import io.tidegate.sidecar.budget.JournalRecord.Entry;
import io.tidegate.sidecar.budget.JournalRecord.Reserved;
import io.tidegate.sidecar.budget.OpenReservation.Held;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The parts of a reservation that outlive the process. */
final class JournalEntries {
  private JournalEntries() {}

  static List<Entry> reserved(OpenReservation reservation) {
    List<Entry> entries = new ArrayList<>();
    for (Held held : reservation.held()) {
      if (held.account().key().survivesProcess()) {
        entries.add(new Entry(held.account().number(), held.tally().span(), held.amount()));
      }
    }
    return entries;
  }

  /**
   * The reservation, behind the names of its accounts that the file does not know yet.
   *
   * @param declared numbers of the accounts that it knows
   */
  static List<JournalRecord> introduced(OpenReservation reservation, BitSet declared) {
    List<JournalRecord> records = new ArrayList<>();
    for (Held held : reservation.held()) {
      AccountState account = held.account();
      if (account.key().survivesProcess() && !declared.get(account.number())) {
        records.add(new AccountOpened(account.number(), account.key()));
      }
    }
    records.add(new Reserved(reservation.id(), reserved(reservation)));
    return records;
  }

  static List<Entry> settled(OpenReservation reservation, Charge charge) {
    List<Entry> entries = new ArrayList<>();
    for (Held held : reservation.held()) {
      if (held.account().key().survivesProcess()) {
        entries.add(new Entry(held.account().number(), held.tally().span(), held.charged(charge)));
      }
    }
    return entries;
  }
}
