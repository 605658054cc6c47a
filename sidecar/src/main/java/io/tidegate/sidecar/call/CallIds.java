package io.tidegate.sidecar.call;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * Names of calls: UUID version 7 (RFC 9562, section 5.7), so that they sort by time of arrival. The
 * twelve bits after the version count within a millisecond. One instance lives on one event loop.
 */
public final class CallIds {
  private static final HexFormat HEX = HexFormat.of();
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final byte[] pool = new byte[512];
  private int used = pool.length;
  private long lastMillis;
  private int counter;

  public CallIds(InstantSource clock) {
    this.clock = clock;
  }

  public String next() {
    long now = clock.millis();
    if (now > lastMillis) {
      lastMillis = now;
      counter = 0;
    } else if (++counter > 0xfff) {
      lastMillis++;
      counter = 0;
    }
    long high = (lastMillis << 16) | 0x7000 | counter;
    long low = (randomBits() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    String first = HEX.toHexDigits(high);
    String second = HEX.toHexDigits(low);
    return first.substring(0, 8)
        + '-'
        + first.substring(8, 12)
        + '-'
        + first.substring(12)
        + '-'
        + second.substring(0, 4)
        + '-'
        + second.substring(4);
  }

  private long randomBits() {
    if (used + Long.BYTES > pool.length) {
      random.nextBytes(pool);
      used = 0;
    }
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = bits << 8 | (pool[used++] & 0xff);
    }
    return bits;
  }
}
