package io.tidegate.sidecar.budget;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Records in a row of bytes.
 *
 * <pre>
 * file   8 bytes {@link #MAGIC}, frames, zeros
 * frame  short {@link #MARK}, byte type, byte 0, int payload length, long sequence number, payload,
 *        int CRC-32C of all that, zeros up to a multiple of 8
 * </pre>
 *
 * Sequence numbers rise by one, so a gap shows that something is missing. A frame that its checksum
 * does not prove is skipped; the next one that is proven, at any multiple of 8 bytes and with a
 * later number, counts again. A tail that was torn by a crash is the case where no later one
 * follows.
 */
final class JournalFrame {
  /** Also the format's version. */
  static final long MAGIC = 0x5447_4a4f_5552_4e31L; // "TGJOURN1"

  static final int FILE_HEAD = 8;
  static final short MARK = 0x7e67;
  static final int MAX_PAYLOAD = 1 << 20;
  private static final int HEAD = 16;
  private static final int CHECKSUM = 4;

  private JournalFrame() {}

  /**
   * @param records in order
   * @param end where the next frame goes: behind the last proven one
   * @param lastSequence of the last proven frame; 0 if there is none
   * @param lost how many times proven frames do not follow each other, or bytes behind the last are
   *     not zero
   */
  record Scan(List<JournalRecord> records, int end, long lastSequence, int lost) {}

  static int size(int payload) {
    return (HEAD + payload + CHECKSUM + 7) & ~7;
  }

  static byte[] encode(byte type, long sequence, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(size(payload.length));
    frame.putShort(MARK).put(type).put((byte) 0).putInt(payload.length).putLong(sequence);
    frame.put(payload);
    CRC32C crc = new CRC32C();
    crc.update(frame.array(), 0, frame.position());
    frame.putInt((int) crc.getValue());
    return frame.array();
  }

  /**
   * @param file from its first byte to its last; the head is known to be right
   */
  static Scan scan(ByteBuffer file) {
    List<JournalRecord> records = new ArrayList<>();
    int at = FILE_HEAD;
    int end = FILE_HEAD;
    long sequence = 0;
    int lost = 0;
    while (at + HEAD + CHECKSUM <= file.limit()) {
      if (!proven(file, at, sequence)) {
        at += 8;
        continue;
      }
      long found = file.getLong(at + 8);
      JournalRecord decoded = decode(file, at);
      if (at != end || decoded == null || (sequence != 0 && found != sequence + 1)) {
        lost++;
      }
      if (decoded != null) {
        records.add(decoded);
      }
      sequence = found;
      at += size(file.getInt(at + 4));
      end = at;
    }
    return new Scan(records, end, sequence, lost + (zeroFrom(file, end) ? 0 : 1));
  }

  private static boolean proven(ByteBuffer file, int at, long after) {
    if (file.getShort(at) != MARK) {
      return false;
    }
    int length = file.getInt(at + 4);
    if (length < 0 || length > MAX_PAYLOAD || at + (long) size(length) > file.limit()) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(file.slice(at, HEAD + length));
    return (int) crc.getValue() == file.getInt(at + HEAD + length) && file.getLong(at + 8) > after;
  }

  private static JournalRecord decode(ByteBuffer file, int at) {
    return JournalCodec.decode(file.get(at + 2), file.slice(at + HEAD, file.getInt(at + 4)));
  }

  private static boolean zeroFrom(ByteBuffer file, int from) {
    for (int i = from; i + 8 <= file.limit(); i += 8) {
      if (file.getLong(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
