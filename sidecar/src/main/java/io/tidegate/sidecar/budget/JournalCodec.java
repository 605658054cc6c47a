package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.budget.JournalRecord.AccountOpened;
import io.tidegate.sidecar.budget.JournalRecord.Entry;
import io.tidegate.sidecar.budget.JournalRecord.Reserved;
import io.tidegate.sidecar.budget.JournalRecord.Settled;
import io.tidegate.sidecar.budget.JournalRecord.Spent;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A record's payload. All numbers big-endian.
 *
 * <pre>
 * 1 AccountOpened  int number, byte unit, byte window (-1: none), then kind, namespace, name, limit, key:
 *                  each an int length and UTF-8 bytes
 * 2 Spent          entry
 * 3 Reserved       long id, int count, entries
 * 4 Settled        long id, int count, entries
 * entry            int account, long window start, long window end, long amount
 * </pre>
 */
final class JournalCodec {
  private static final int ENTRY = 4 + 8 + 8 + 8;
  private static final Budget.Unit[] UNITS = Budget.Unit.values();
  private static final Budget.Window[] WINDOWS = Budget.Window.values();

  private JournalCodec() {}

  static byte type(JournalRecord journalRecord) {
    return switch (journalRecord) {
      case AccountOpened _ -> 1;
      case Spent _ -> 2;
      case Reserved _ -> 3;
      case Settled _ -> 4;
    };
  }

  static byte[] encode(JournalRecord journalRecord) {
    return switch (journalRecord) {
      case AccountOpened opened -> encode(opened);
      case Spent spent -> put(ByteBuffer.allocate(ENTRY), spent.entry()).array();
      case Reserved reserved -> encode(reserved.id(), reserved.entries());
      case Settled settled -> encode(settled.id(), settled.entries());
    };
  }

  /** Null if the payload is none of this type: written by a newer version, or by nobody. */
  static JournalRecord decode(byte type, ByteBuffer payload) {
    try {
      JournalRecord decoded =
          switch (type) {
            case 1 -> opened(payload);
            case 2 -> new Spent(entry(payload));
            case 3 -> new Reserved(payload.getLong(), entries(payload));
            case 4 -> new Settled(payload.getLong(), entries(payload));
            default -> null;
          };
      return payload.hasRemaining() ? null : decoded;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static byte[] encode(AccountOpened opened) {
    AccountKey key = opened.key();
    List<byte[]> texts =
        List.of(
            utf8(key.budget().kind()),
            utf8(key.budget().namespace()),
            utf8(key.budget().name()),
            utf8(key.limit()),
            utf8(key.key()));
    ByteBuffer buffer =
        ByteBuffer.allocate(4 + 2 + texts.stream().mapToInt(t -> 4 + t.length).sum());
    buffer.putInt(opened.number()).put((byte) key.unit().ordinal());
    buffer.put((byte) (key.window() == null ? -1 : key.window().ordinal()));
    texts.forEach(text -> buffer.putInt(text.length).put(text));
    return buffer.array();
  }

  private static byte[] encode(long id, List<Entry> entries) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + 4 + ENTRY * entries.size());
    buffer.putLong(id).putInt(entries.size());
    entries.forEach(entry -> put(buffer, entry));
    return buffer.array();
  }

  private static ByteBuffer put(ByteBuffer buffer, Entry entry) {
    return buffer
        .putInt(entry.account())
        .putLong(entry.span().start())
        .putLong(entry.span().end())
        .putLong(entry.amount());
  }

  private static AccountOpened opened(ByteBuffer payload) {
    int number = payload.getInt();
    Budget.Unit unit = UNITS[payload.get()];
    byte window = payload.get();
    String kind = text(payload);
    ObjectRef budget = new ObjectRef(kind, text(payload), text(payload));
    String limit = text(payload);
    return new AccountOpened(
        number,
        new AccountKey(budget, limit, unit, window == -1 ? null : WINDOWS[window], text(payload)));
  }

  private static List<Entry> entries(ByteBuffer payload) {
    int count = payload.getInt();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(entry(payload));
    }
    return entries;
  }

  private static Entry entry(ByteBuffer payload) {
    return new Entry(
        payload.getInt(), new WindowSpan(payload.getLong(), payload.getLong()), payload.getLong());
  }

  private static String text(ByteBuffer payload) {
    int length = payload.getInt();
    if (length < 0 || length > payload.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    payload.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
