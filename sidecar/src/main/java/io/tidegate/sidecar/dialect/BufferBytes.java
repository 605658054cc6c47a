package io.tidegate.sidecar.dialect;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** A buffer's bytes to read, where they lie if they lie in an array, else copied. */
final class BufferBytes {
  private BufferBytes() {}

  /**
   * The buffer's first byte is the array's; the array may be longer than the buffer, and belongs to
   * it: not to be written, not to be kept.
   */
  static byte[] of(Buffer buffer) {
    if (buffer instanceof BufferInternal inner) {
      ByteBuf bytes = inner.getByteBuf();
      if (bytes.hasArray() && bytes.arrayOffset() + bytes.readerIndex() == 0) {
        return bytes.array();
      }
    }
    return buffer.getBytes();
  }
}
