package io.tidegate.sidecar.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes of the stream to frames, one a line (NDJSON). Holds at most one line. On one thread.
 *
 * <p>Fields that a newer operator adds to a frame are passed over, and so are frames that it adds:
 * the snapshot is what must be understood in full, and has its own check.
 */
final class FrameReader {
  /** A line, and so a snapshot, has at most so many bytes. */
  static final int MAX_LINE_BYTES = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(FrameReader.class);
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
          parse(partial.getBytes()).ifPresent(frames::add);
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

  private static Optional<StreamFrame> parse(byte[] line) throws IOException {
    try {
      StreamFrame frame = JSON.readValue(line);
      if (frame == null) {
        throw new IOException("a line of the stream is null");
      }
      return Optional.of(frame);
    } catch (InvalidTypeIdException e) {
      if (e.getTypeId() == null) {
        throw noFrame(e);
      }
      LOG.warn("a frame of a newer operator is passed over: {}", e.getTypeId());
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw noFrame(e);
    }
  }

  private static IOException noFrame(JsonProcessingException why) {
    return new IOException(
        "a line of the stream is no frame that this sidecar knows ("
            + why.getClass().getSimpleName()
            + ")");
  }
}
