package io.tidegate.sidecar.budget;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * One journal file, mapped into memory. An append is a copy into pages that the kernel owns, so it
 * outlives the process, not the machine.
 */
final class JournalFile implements AutoCloseable {
  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final ByteBuffer bytes;
  private int position = JournalFrame.FILE_HEAD;
  private long sequence;

  private JournalFile(Path path, FileChannel channel, long capacity) throws IOException {
    this.path = path;
    this.segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, capacity, arena);
    this.bytes = segment.asByteBuffer();
  }

  /**
   * A new file with its space taken on the disk (a hole could turn out full in the middle of a
   * copy, which kills processes), the records in it, and all of it forced to the disk.
   */
  static JournalFile create(Path path, int capacity, List<JournalRecord> records)
      throws IOException {
    Files.deleteIfExists(path);
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(Math.min(capacity, 1 << 16));
      for (long at = 0; at < capacity; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), capacity - at));
        at += channel.write(zeros, at);
      }
      JournalFile file = new JournalFile(path, channel, capacity);
      file.bytes.putLong(0, JournalFrame.MAGIC);
      for (JournalRecord each : records) {
        if (!file.append(each, 0)) {
          file.close();
          throw new IOException(path + " is too small for what it must hold");
        }
      }
      file.segment.force();
      channel.force(true);
      return file;
    }
  }

  /** What a file proves; no records if it is no journal. */
  static JournalFrame.Scan read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long size = Math.min(channel.size(), Integer.MAX_VALUE - 8);
      if (size < JournalFrame.FILE_HEAD) {
        return new JournalFrame.Scan(List.of(), 0, 0, 1);
      }
      ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
      boolean head = all.getLong(0) == JournalFrame.MAGIC;
      JournalFrame.Scan scan = JournalFrame.scan(all);
      return head
          ? scan
          : new JournalFrame.Scan(scan.records(), scan.end(), scan.lastSequence(), scan.lost() + 1);
    }
  }

  /**
   * @param keepFree bytes that must stay free behind it
   * @return false if there is no room; nothing was written then
   */
  boolean append(JournalRecord journalRecord, long keepFree) {
    byte[] payload = JournalCodec.encode(journalRecord);
    if (payload.length > JournalFrame.MAX_PAYLOAD
        || position + (long) JournalFrame.size(payload.length) + keepFree > bytes.limit()) {
      return false;
    }
    byte[] frame = JournalFrame.encode(JournalCodec.type(journalRecord), sequence + 1, payload);
    bytes.put(position, frame);
    sequence++;
    position += frame.length;
    return true;
  }

  int position() {
    return position;
  }

  int capacity() {
    return bytes.limit();
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    arena.close();
  }
}
