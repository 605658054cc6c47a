package io.tidegate.sidecar.fetch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
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
  /** What is asked about a line that is too long stands within so many bytes of its beginning. */
  private static final int HEAD_BYTES = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(FrameReader.class);
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readerFor(StreamFrame.class);

  private final int maxLineBytes;
  private Buffer partial = Buffer.buffer();

  /** The rest of a line that is too long is passed over. */
  private boolean passingOver;

  FrameReader(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /** What a line turned out to be. */
  sealed interface Line {
    record Whole(StreamFrame frame) implements Line {}

    /** A configuration with more bytes than a sidecar takes; told as soon as that is seen. */
    record TooLong(String version, long nonce) implements Line {}
  }

  /**
   * @return the lines that the new bytes complete
   * @throws IOException if a line is no frame, or is too long and no configuration; the stream is
   *     of no more use then. The message never holds the line, which may have credentials.
   */
  List<Line> feed(Buffer bytes) throws IOException {
    List<Line> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.getByte(i) == '\n') {
        append(bytes, start, i, lines);
        start = i + 1;
        if (partial.length() > 0) {
          parse(partial.getBytes()).map(Line.Whole::new).ifPresent(lines::add);
        }
        partial = Buffer.buffer();
        passingOver = false;
      }
    }
    append(bytes, start, bytes.length(), lines);
    return lines;
  }

  private void append(Buffer bytes, int from, int to, List<Line> lines) throws IOException {
    if (passingOver) {
      return;
    }
    if (partial.length() + (long) (to - from) > maxLineBytes) {
      partial.appendBuffer(bytes, from, Math.min(to - from, HEAD_BYTES));
      lines.add(tooLong(partial.getBytes(0, Math.min(partial.length(), HEAD_BYTES))));
      partial = Buffer.buffer();
      passingOver = true;
      return;
    }
    partial.appendBuffer(bytes, from, to - from);
  }

  /** Its version and nonce come before its body. */
  private Line tooLong(byte[] head) throws IOException {
    String frame = null;
    String version = null;
    try (JsonParser json = JSON.getFactory().createParser(head)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "frame" -> frame = json.getValueAsString();
          case "version" -> version = json.getValueAsString();
          case "nonce" -> {
            if ("configuration".equals(frame) && version != null) {
              return new Line.TooLong(version, json.getLongValue());
            }
          }
          default -> json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      LOG.debug("the beginning of a long line is no configuration: {}", e.getClass());
    }
    throw new IOException("a line of the stream is longer than " + maxLineBytes + " bytes");
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
