package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.budget.JournalRecord.Entry;
import io.tidegate.sidecar.budget.OpenReservation.Held;
import java.util.ArrayList;
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
