package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.budget.JournalRecord.Entry;
import io.tidegate.sidecar.budget.OpenReservation.Held;
import io.tidegate.sidecar.config.SpendReport;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Counts for this process alone, with a journal that survives its restart.
 *
 * <p>Not safe for threads: every method is called on one event loop. A reservation is written to
 * the journal before it is answered, so what was in flight when the process died is charged at its
 * upper bound when the next one starts.
 */
public final class LocalLedger implements Ledger, AutoCloseable {
  private static final int MAX_ACCOUNTS = 50_000;
  private final InstantSource clock;
  private final LedgerEvents events;
  private final Journal journal;
  private final Accounts accounts;
  private final Map<Long, OpenReservation> open = new HashMap<>();
  private long lastId = Reservation.NOTHING_HELD;

  LocalLedger(InstantSource clock, LedgerEvents events, Journal journal, int maxAccounts) {
    this.clock = clock;
    this.events = events;
    this.journal = journal;
    this.accounts = new Accounts(maxAccounts);
  }

  /** Forgets everything with the process. */
  public static LocalLedger inMemory(InstantSource clock, LedgerEvents events) {
    return new LocalLedger(clock, events, null, MAX_ACCOUNTS);
  }

  /**
   * Restores what the directory's journal proves. Reads and writes files, so it must not be called
   * on an event loop. Does not fail: a journal that cannot be used refuses calls under budgets and
   * tells why; calls without budgets go on.
   *
   * @param stateDirectory of this sidecar alone
   * @param disk runs file work away from the event loop, one task at a time
   */
  public static LocalLedger open(
      Path stateDirectory, InstantSource clock, Executor disk, LedgerEvents events) {
    Journal journal = new Journal(stateDirectory, clock, disk, events, Journal.MIN_CAPACITY);
    LocalLedger ledger = new LocalLedger(clock, events, journal, MAX_ACCOUNTS);
    ledger.restore();
    return ledger;
  }

  void restore() {
    JournalReplay replay = journal.start();
    for (JournalReplay.Window window : replay.liveWindows()) {
      accounts.add(window.key(), new Tally(window.span(), window.spent()));
    }
    lastId = replay.lastId();
    journal.rewrite(snapshot());
  }

  @Override
  public Future<Answer> reserve(List<Part> parts) {
    Instant now = clock.instant();
    List<Held> held = new ArrayList<>(parts.size());
    for (Part part : parts) {
      AccountState state = state(part.account(), now);
      if (state == null) {
        return answer(
            new Answer.Unavailable(
                accounts.max() + " accounts are in use already; widen the budgets' 'per'."));
      }
      Tally tally = state.at(now, part.account().limit());
      long remaining = tally.remaining(part.account().limit().amount());
      if (part.amount() > remaining) {
        return answer(
            new Answer.Short(part.account(), tally.standing(part.account().limit(), now)));
      }
      held.add(new Held(state, tally, part.amount()));
    }
    return answer(take(new OpenReservation(lastId + 1, held)));
  }

  private Answer take(OpenReservation reservation) {
    if (journal != null && !journal.reserved(reservation, this::snapshot)) {
      return new Answer.Unavailable(journal.fault());
    }
    lastId = reservation.id();
    open.put(reservation.id(), reservation);
    for (Held part : reservation.held()) {
      part.tally().reserve(part.amount());
    }
    return new Answer.Taken(reservation.id());
  }

  @Override
  public void settle(long reservationId, Charge charge) {
    OpenReservation reservation = open.remove(reservationId);
    if (reservation == null) {
      events.settledTwice(reservationId);
      return;
    }
    for (Held part : reservation.held()) {
      long charged = part.charged(charge);
      part.tally().release(part.amount());
      part.tally().spend(charged);
      if (charged > part.amount()) {
        events.breached(part.account().key().budget(), part.account().key().limit());
      }
    }
    if (journal != null) {
      journal.settled(reservation, charge, this::snapshot);
    }
  }

  @Override
  public Standing standing(Account account) {
    Instant now = clock.instant();
    AccountState state = accounts.find(AccountKey.of(account));
    if (state == null) {
      WindowSpan span = WindowSpan.of(account.limit().window(), account.limit().zone(), now);
      return Standing.in(span, account.limit().amount(), 0, now);
    }
    return state.at(now, account.limit()).standing(account.limit(), now);
  }

  /** Sums over the accounts of {@code per}, of windows that have not ended. */
  public List<SpendReport.Window> report() {
    return SpendSums.of(accounts.all(), clock.instant());
  }

  /** How many reservations are not settled yet. */
  public int inFlight() {
    return open.size();
  }

  /** Null while everything that is spent can be recorded; else a sentence for a person. */
  public String fault() {
    return journal == null ? null : journal.fault();
  }

  /** What is in flight stays in the journal and is charged at its upper bound at the next start. */
  @Override
  public void close() {
    if (journal != null) {
      journal.close();
    }
  }

  private AccountState state(Account account, Instant now) {
    AccountKey key = AccountKey.of(account);
    AccountState state = accounts.find(key);
    return state == null ? accounts.open(key, account.limit(), now) : state;
  }

  /** Everything that a restart must know, and nothing else. */
  private List<JournalRecord> snapshot() {
    Instant now = clock.instant();
    List<JournalRecord> records = new ArrayList<>();
    for (AccountState account : accounts.all()) {
      if (account.key().survivesProcess() && !account.idleAt(now)) {
        Tally tally = account.latest();
        records.add(new JournalRecord.AccountOpened(account.number(), account.key()));
        records.add(
            new JournalRecord.Spent(new Entry(account.number(), tally.span(), tally.spent())));
      }
    }
    for (OpenReservation reservation : open.values()) {
      List<Entry> entries = JournalEntries.reserved(reservation);
      entries.removeIf(entry -> entry.span().endedAt(now));
      if (!entries.isEmpty()) {
        records.add(new JournalRecord.Reserved(reservation.id(), entries));
      }
    }
    return records;
  }

  private static Future<Answer> answer(Answer answer) {
    return Future.succeededFuture(answer);
  }
}
