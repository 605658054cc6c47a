package io.tidegate.layers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * One AOT cache out of two that were made alike. They differ in nothing but the times in {@code
 * java.lang.ref.SoftReference} objects, which the JVM counts in milliseconds since the machine
 * started; those become 0, "not used lately".
 *
 * <p>The format is that of HotSpot 25's {@code cdsFileMapRegion} and {@code FileMapHeader}: a
 * header with its own checksum, and in it a table of regions, each with checksum, place and length.
 * Anything that does not look so stops the build.
 */
final class ReproducibleCache {
  private static final int HEADER_CRC = 4;
  private static final int HEADER_SIZE = 12;
  private static final int HEADER_CHECKED = 16;
  private static final int REGION_IS_HEAP = 12;
  private static final int REGION_OFFSET = 24;
  private static final int REGION_USED = 40;
  private static final int WORD = 8;

  /** No machine runs longer without a start: ten years in milliseconds. */
  private static final long LONGEST_UPTIME = 10L * 366 * 24 * 3600 * 1000;

  private final ByteBuffer cache;

  private ReproducibleCache(byte[] content) {
    this.cache = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * @throws IOException if the two differ in anything else
   */
  static byte[] of(byte[] first, byte[] second) throws IOException {
    if (first.length != second.length) {
      throw new IOException(
          "two AOT caches of the same classes differ in length: %d and %d"
              .formatted(first.length, second.length));
    }
    if (!Arrays.equals(first, second)) {
      ReproducibleCache one = new ReproducibleCache(first);
      ReproducibleCache other = new ReproducibleCache(second);
      int region = one.regionThatDiffers(other);
      one.check(region);
      other.check(region);
      one.forgetTimes(other, region);
      one.seal(region);
      other.seal(region);
      if (!Arrays.equals(first, second)) {
        throw new IOException("two AOT caches of the same classes differ in more than times");
      }
    }
    return first;
  }

  /** That the format is as it is taken to be: the checksums fit. */
  private void check(int region) throws IOException {
    long from = cache.getLong(region + REGION_OFFSET);
    long used = cache.getLong(region + REGION_USED);
    require(cache.getInt(region + REGION_IS_HEAP) == 1, "a difference outside the heap");
    require(from >= header() && used > 0 && from + used <= cache.capacity(), "a region's place");
    require(cache.getInt(region) == regionCrc(region), "a region's checksum");
    require(cache.getInt(HEADER_CRC) == headerCrc(), "the header's checksum");
  }

  private void forgetTimes(ReproducibleCache other, int region) throws IOException {
    long from = cache.getLong(region + REGION_OFFSET);
    long to = from + cache.getLong(region + REGION_USED);
    for (int at = header(); at + WORD <= cache.capacity(); at += WORD) {
      if (cache.getLong(at) != other.cache.getLong(at)) {
        require(at >= from && at + WORD <= to && isTime(at) && other.isTime(at), "a difference");
        cache.putLong(at, 0);
        other.cache.putLong(at, 0);
      }
    }
  }

  private void seal(int region) {
    cache.putInt(region, regionCrc(region));
    cache.putInt(HEADER_CRC, headerCrc());
  }

  /** Place of its checksum: all that differs in the header, beside the header's own. */
  private int regionThatDiffers(ReproducibleCache other) throws IOException {
    int found = -1;
    for (int at = HEADER_CHECKED; at + Integer.BYTES <= header(); at += Integer.BYTES) {
      if (cache.getInt(at) != other.cache.getInt(at)) {
        require(found < 0, "a second difference in the header");
        found = at;
      }
    }
    require(found > 0, "no difference in the header");
    return found;
  }

  private boolean isTime(int at) {
    long value = cache.getLong(at);
    return value >= 0 && value < LONGEST_UPTIME;
  }

  private int header() {
    return cache.getInt(HEADER_SIZE);
  }

  private int headerCrc() {
    return crc(HEADER_CHECKED, header() - HEADER_CHECKED);
  }

  private int regionCrc(int region) {
    return crc(
        (int) cache.getLong(region + REGION_OFFSET), (int) cache.getLong(region + REGION_USED));
  }

  private int crc(int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(cache.array(), from, length);
    return (int) crc.getValue();
  }

  private static void require(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new IOException(
          "the AOT cache cannot be made reproducible: unexpected is "
              + what
              + "; has the JDK's format changed?");
    }
  }
}
