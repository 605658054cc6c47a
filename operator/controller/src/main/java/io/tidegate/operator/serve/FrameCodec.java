package io.tidegate.operator.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** NDJSON of the stream, and JSON of what sidecars post. */
final class FrameCodec {
  /** A sidecar of a newer version may say more than this operator reads. */
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private FrameCodec() {}

  /** The frame and its line feed. */
  static Buffer line(StreamFrame frame) {
    try {
      return Buffer.buffer(JSON.writerFor(StreamFrame.class).writeValueAsBytes(frame))
          .appendByte((byte) '\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a frame is made of plain records", e);
    }
  }

  /**
   * @throws IOException if the body is not JSON of this type
   */
  static <T> T read(Buffer body, Class<T> type) throws IOException {
    return JSON.readValue(body.getBytes(), type);
  }

  static Buffer json(Object value) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer is made of plain records", e);
    }
  }
}
