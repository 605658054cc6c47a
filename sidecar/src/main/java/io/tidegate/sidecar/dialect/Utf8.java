package io.tidegate.sidecar.dialect;

/** Strict UTF-8. Source: RFC 3629, section 4 (no overlong forms, no surrogates). */
final class Utf8 {
  private Utf8() {}

  /** Offset of the first byte that begins no well-formed character; -1 if all are well formed. */
  static int firstInvalid(byte[] bytes, int length) {
    int i = 0;
    while (i < length) {
      if (bytes[i] >= 0) {
        i++;
        continue;
      }
      int size = size(bytes, i, length);
      if (size == 0) {
        return i;
      }
      i += size;
    }
    return -1;
  }

  private static int size(byte[] bytes, int i, int length) {
    int first = bytes[i] & 0xff;
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    int size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (i + size > length) {
      return 0;
    }
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    int second = bytes[i + 1] & 0xff;
    if (second < low || second > high) {
      return 0;
    }
    for (int k = 2; k < size; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return size;
  }
}
