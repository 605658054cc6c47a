package io.tidegate.sidecar.dialect;

import io.vertx.core.buffer.Buffer;

/** One JSON value, forwarded as it comes. */
final class JsonAnswerReader extends AnswerReader {
  @Override
  public Buffer take(Buffer chunk) {
    observe(BufferBytes.of(chunk), chunk.length());
    return chunk;
  }

  @Override
  public Buffer finish() {
    return Buffer.buffer();
  }

  @Override
  void observe(byte[] bytes, int length) {
    probe.take(bytes, 0, length);
  }

  @Override
  public boolean complete() {
    return probe.whole();
  }
}
