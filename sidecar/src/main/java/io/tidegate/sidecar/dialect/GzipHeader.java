package io.tidegate.sidecar.dialect;

/** Skips a gzip header that comes in pieces. Source: RFC 1952, section 2.3. */
final class GzipHeader {
  private static final int HAS_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  private enum Part {
    FIXED,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    CRC,
    BODY
  }

  private Part part = Part.FIXED;
  private int at;
  private int flags;
  private int extra;
  private boolean broken;

  boolean broken() {
    return broken;
  }

  /** Offset of the first byte of the body; the length if it has not begun. */
  int skip(byte[] bytes, int length) {
    int i = 0;
    while (i < length && part != Part.BODY && !broken) {
      take(bytes[i++] & 0xff);
    }
    return i;
  }

  private void take(int b) {
    switch (part) {
      case FIXED -> fixed(b);
      case EXTRA_LENGTH -> {
        extra |= b << 8 * at++;
        if (at == 2) {
          enter(Part.EXTRA);
        }
      }
      case EXTRA -> {
        if (++at == extra) {
          enter(Part.NAME);
        }
      }
      case NAME, COMMENT -> {
        if (b == 0) {
          enter(part == Part.NAME ? Part.COMMENT : Part.CRC);
        }
      }
      case CRC -> {
        if (++at == 2) {
          enter(Part.BODY);
        }
      }
      case BODY -> throw new IllegalStateException("the header has ended");
    }
  }

  private void fixed(int b) {
    switch (at++) {
      case 0 -> broken = b != 0x1f;
      case 1 -> broken = b != 0x8b;
      case 2 -> broken = b != 8;
      case 3 -> flags = b;
      case 9 -> enter(Part.EXTRA_LENGTH);
      default -> {
        // Time, extra flags and operating system say nothing here.
      }
    }
  }

  /** Enters the part, or the first one behind it that is there. */
  private void enter(Part next) {
    at = 0;
    part = next;
    switch (next) {
      case EXTRA_LENGTH -> skipUnless(HAS_EXTRA, Part.NAME);
      case EXTRA -> {
        if (extra == 0) {
          enter(Part.NAME);
        }
      }
      case NAME -> skipUnless(HAS_NAME, Part.COMMENT);
      case COMMENT -> skipUnless(HAS_COMMENT, Part.CRC);
      case CRC -> skipUnless(HAS_CRC, Part.BODY);
      default -> {
        // Always there.
      }
    }
  }

  private void skipUnless(int flag, Part behind) {
    if ((flags & flag) == 0) {
      enter(behind);
    }
  }
}
