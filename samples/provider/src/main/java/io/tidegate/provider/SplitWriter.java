package io.tidegate.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Each byte in a write of its own, flushed before the next: a reader meets every boundary. */
final class SplitWriter {
  private final HttpServerResponse response;

  SplitWriter(HttpServerResponse response) {
    this.response = response;
  }

  /** Gives up in silence once the client is gone. */
  void write(byte[] bytes, Runnable then) {
    write(bytes, 0, then);
  }

  private void write(byte[] bytes, int index, Runnable then) {
    if (index == bytes.length) {
      then.run();
    } else if (!response.closed()) {
      response
          .write(Buffer.buffer(new byte[] {bytes[index]}))
          .onSuccess(written -> write(bytes, index + 1, then));
    }
  }
}
