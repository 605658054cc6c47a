package io.tidegate.sidecar.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of the stream to frames, one a line (NDJSON). Holds at most one line. On one thread.
 *
 * <p>Fields that a newer operator adds to a frame are passed over: the snapshot inside is what must
 * be understood in full, and has its own check.
 */
final class FrameReader {
  /** A line, and so a snapshot, has at most so many bytes. */
  static final int MAX_LINE_BYTES = 8 << 20;

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readerFor(StreamFrame.class);

  private final int maxLineBytes;
  private Buffer partial = Buffer.buffer();

  FrameReader(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * @return the frames that the new bytes complete
   * @throws IOException if a line is too long or is no frame; the stream is of no more use then.
   *     The message never holds the line, which may have credentials.
   */
  List<StreamFrame> feed(Buffer bytes) throws IOException {
    List<StreamFrame> frames = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.getByte(i) == '\n') {
        append(bytes, start, i);
        start = i + 1;
        if (partial.length() > 0) {
          frames.add(parse(partial.getBytes()));
        }
        partial = Buffer.buffer();
      }
    }
    append(bytes, start, bytes.length());
    return frames;
  }

  private void append(Buffer bytes, int from, int to) throws IOException {
    if (partial.length() + (long) (to - from) > maxLineBytes) {
      throw new IOException("a line of the stream is longer than " + maxLineBytes + " bytes");
    }
    partial.appendBuffer(bytes, from, to - from);
  }

  private static StreamFrame parse(byte[] line) throws IOException {
    try {
      StreamFrame frame = JSON.readValue(line);
      if (frame == null) {
        throw new IOException("a line of the stream is null");
      }
      return frame;
    } catch (JsonProcessingException e) {
      throw new IOException(
          "a line of the stream is no frame that this sidecar knows ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }
}
