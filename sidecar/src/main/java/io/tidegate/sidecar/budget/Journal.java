package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.budget.JournalRecord.AccountOpened;
import io.tidegate.sidecar.budget.JournalRecord.Settled;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The ledger's memory on disk: {@code budget.journal}, written by copying into mapped memory, and
 * {@code budget.lock}, held as long as this process runs.
 *
 * <p>A file that is half full is rewritten by the disk executor into {@code budget.journal.new}
 * from a snapshot; what is appended meanwhile goes to the old file and is remembered. At a later
 * append the remembered records are copied behind the snapshot and the new file is renamed over the
 * old one. A crash before the rename leaves the old file, complete; after it the new one, complete.
 *
 * <p>Where the disk fails, calls under budgets are refused and a new file is tried every few
 * seconds from what this process remembers; but never where the old file could not be read, since
 * then nobody knows what was spent.
 *
 * <p>Room for the settlement of everything in flight is kept free, so a settlement never fails.
 */
final class Journal implements AutoCloseable {
  static final int MIN_CAPACITY = 4 << 20;
  private static final long MAX_CAPACITY = 256L << 20;
  private static final int RETRY_SECONDS = 5;
  private final Path directory;
  private final InstantSource clock;
  private final Executor disk;
  private final LedgerEvents events;
  private final int minCapacity;
  private final BitSet declared = new BitSet();
  private DirectoryLock lock;
  private JournalFile file;
  private String fault = "the journal is not open yet";
  private long owed;
  private List<JournalRecord> sinceSnapshot;
  private Instant notBefore = Instant.MIN;
  private volatile Rewritten rewritten;

  /** Either a file or why there is none. */
  private record Rewritten(JournalFile file, String why) {}

  Journal(
      Path directory, InstantSource clock, Executor disk, LedgerEvents events, int minCapacity) {
    this.directory = directory;
    this.clock = clock;
    this.disk = disk;
    this.events = events;
    this.minCapacity = minCapacity;
  }

  /** Takes the lock and reads what an earlier process left. */
  JournalReplay start() {
    Instant now = clock.instant();
    try {
      lock = DirectoryLock.take(directory);
      JournalReplay replay = read(now);
      fault = null;
      return replay;
    } catch (IOException e) {
      close();
      fail("cannot use " + directory + ": " + e.getMessage());
      return JournalReplay.of(List.of(), now);
    }
  }

  private JournalReplay read(Instant now) throws IOException {
    JournalFrame.Scan scan;
    try {
      scan = JournalFile.read(path());
    } catch (NoSuchFileException e) {
      return JournalReplay.of(List.of(), now);
    }
    JournalReplay replay = JournalReplay.of(scan.records(), now);
    if (scan.lost() > 0 || replay.unknownAccounts() > 0) {
      events.journalFault(
          path() + ": some records are damaged; " + scan.records().size() + " were kept");
    }
    return replay;
  }

  /** Begins a new file now, on this thread. */
  void rewrite(List<JournalRecord> snapshot) {
    if (fault == null) {
      begin(snapshot);
      rewritten = write(snapshot);
      finish();
    }
  }

  /**
   * @return false if it could not be recorded: see {@link #fault()}
   */
  boolean reserved(OpenReservation reservation, Supplier<List<JournalRecord>> snapshot) {
    List<JournalRecord.Entry> entries = JournalEntries.reserved(reservation);
    if (entries.isEmpty()) {
      return true;
    }
    finish();
    if (file == null && lock != null) {
      rewriteSoon(snapshot);
    }
    if (file == null) {
      return false;
    }
    long settlement = size(entries);
    // The snapshot does not know this reservation yet, so it is taken before the append.
    if (file.position() > file.capacity() / 2) {
      rewriteSoon(snapshot);
    }
    boolean written = append(JournalEntries.introduced(reservation, declared), owed + settlement);
    if (!written && file != null) {
      rewriteSoon(snapshot);
      written = append(JournalEntries.introduced(reservation, declared), owed + settlement);
    }
    owed += written ? settlement : 0;
    return written;
  }

  void settled(OpenReservation reservation, Charge charge, Supplier<List<JournalRecord>> snapshot) {
    List<JournalRecord.Entry> entries = JournalEntries.settled(reservation, charge);
    if (entries.isEmpty()) {
      return;
    }
    finish();
    owed -= size(entries);
    Settled settled = new Settled(reservation.id(), entries);
    if (file == null) {
      if (sinceSnapshot != null) {
        sinceSnapshot.add(settled);
      }
      return;
    }
    if (!append(List.of(settled), 0)) {
      events.journalFault(
          "the journal is full; a restart would charge attempt " + reservation.id() + " in full");
    }
    if (file != null && file.position() > file.capacity() / 2) {
      rewriteSoon(snapshot);
    }
  }

  /** Null while everything can be recorded. */
  String fault() {
    return fault;
  }

  private boolean append(List<JournalRecord> records, long keepFree) {
    try {
      for (JournalRecord each : records) {
        if (!file.append(each, keepFree)) {
          fault = "the journal is full and is being rewritten; retry in a moment";
          return false;
        }
        if (each instanceof AccountOpened opened) {
          declared.set(opened.number());
        }
        if (sinceSnapshot != null) {
          sinceSnapshot.add(each);
        }
      }
      fault = null;
      return true;
    } catch (InternalError e) {
      // How the JVM reports that a mapped page could not be written: the disk failed under it.
      file = null;
      fail("cannot write " + path() + ": " + e.getMessage());
      return false;
    }
  }

  private void rewriteSoon(Supplier<List<JournalRecord>> snapshot) {
    if (sinceSnapshot == null && !clock.instant().isBefore(notBefore)) {
      List<JournalRecord> records = snapshot.get();
      begin(records);
      disk.execute(() -> rewritten = write(records));
      finish();
    }
  }

  private void begin(List<JournalRecord> snapshot) {
    sinceSnapshot = new ArrayList<>();
    declared.clear();
    for (JournalRecord each : snapshot) {
      if (each instanceof AccountOpened opened) {
        declared.set(opened.number());
      }
    }
  }

  private Rewritten write(List<JournalRecord> snapshot) {
    long size = JournalFrame.FILE_HEAD;
    for (JournalRecord each : snapshot) {
      size += JournalFrame.size(JournalCodec.encode(each).length);
    }
    long capacity = Math.min(MAX_CAPACITY, Math.max(minCapacity, size * 4));
    try {
      Path target = directory.resolve("budget.journal.new");
      return new Rewritten(JournalFile.create(target, (int) capacity, snapshot), null);
    } catch (IOException e) {
      return new Rewritten(null, "cannot rewrite " + path() + ": " + e);
    }
  }

  /** Moves over to the new file if the disk executor has finished it. */
  private void finish() {
    Rewritten result = rewritten;
    if (result == null) {
      return;
    }
    rewritten = null;
    List<JournalRecord> behind = sinceSnapshot;
    sinceSnapshot = null;
    String why = result.file == null ? result.why : moveTo(result.file, behind);
    if (why == null) {
      fault = null;
    } else {
      notBefore = clock.instant().plusSeconds(RETRY_SECONDS);
      declared.clear();
      events.journalFault(why);
      fault = file == null ? why : fault;
    }
  }

  /** Null, or why it could not be done; the old file stays in use then. */
  private String moveTo(JournalFile next, List<JournalRecord> behind) {
    try {
      for (JournalRecord each : behind) {
        if (!next.append(each, 0)) {
          throw new IOException("too much was appended meanwhile");
        }
      }
      Files.move(
          next.path(), path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      next.close();
      return "cannot replace " + path() + ": " + e;
    }
    JournalFile old = file;
    file = next;
    if (old != null) {
      disk.execute(old::close);
    }
    disk.execute(this::forceDirectory);
    return null;
  }

  private void forceDirectory() {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      events.journalFault("cannot force " + directory + " to the disk: " + e);
    }
  }

  private void fail(String why) {
    fault = why;
    events.journalFault(why);
  }

  private Path path() {
    return directory.resolve("budget.journal");
  }

  private static long size(List<JournalRecord.Entry> entries) {
    return JournalFrame.size(JournalCodec.encode(new Settled(0, entries)).length);
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
      file = null;
    }
    fault = "the journal is closed";
    try {
      if (lock != null) {
        lock.close();
        lock = null;
      }
    } catch (IOException e) {
      events.journalFault("cannot release " + directory + ": " + e);
    }
  }
}
