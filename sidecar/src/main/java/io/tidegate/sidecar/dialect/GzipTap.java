package io.tidegate.sidecar.dialect;

import io.vertx.core.buffer.Buffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads along in a gzipped answer that is forwarded as it came. It stops reading, silently for the
 * caller, where the answer is no gzip or inflates beyond {@link #MOST_PLAIN}: the call is then
 * settled without measured usage. To be closed with the answer.
 *
 * <p>Source: RFC 1952.
 */
public final class GzipTap implements AutoCloseable {
  /** Plain bytes that are read at most. */
  static final long MOST_PLAIN = 64L << 20;

  private final AnswerReader reader;
  private final Inflater inflater = new Inflater(true);
  private final GzipHeader header = new GzipHeader();
  private final byte[] packed = new byte[4096];
  private final byte[] plain = new byte[4096];
  private long total;
  private boolean open = true;
  private boolean finished;

  public GzipTap(AnswerReader reader) {
    this.reader = reader;
  }

  /** Whether everything so far could be read. */
  public boolean reading() {
    return open || finished;
  }

  /** Observes the next bytes of the answer; they are not changed. */
  public void take(Buffer chunk) {
    for (int from = 0; from < chunk.length() && open; from += packed.length) {
      int to = Math.min(chunk.length(), from + packed.length);
      chunk.getBytes(from, to, packed);
      int body = header.skip(packed, to - from);
      if (header.broken()) {
        open = false;
      } else if (body < to - from) {
        inflate(body, to - from - body);
      }
    }
  }

  private void inflate(int from, int length) {
    inflater.setInput(packed, from, length);
    try {
      while (open) {
        int got = inflater.inflate(plain);
        if (got > 0) {
          reader.observe(plain, got);
          total += got;
        }
        finished = inflater.finished();
        if (finished || inflater.needsDictionary() || total > MOST_PLAIN) {
          open = false;
        } else if (got == 0) {
          return;
        }
      }
    } catch (DataFormatException e) {
      // Broken for us and for the caller, who gets the bytes as they came.
      open = false;
    }
  }

  @Override
  public void close() {
    open = false;
    inflater.end();
  }
}
