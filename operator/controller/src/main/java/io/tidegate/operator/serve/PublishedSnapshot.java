package io.tidegate.operator.serve;

import io.tidegate.operator.compile.WorkloadSnapshot;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.buffer.Buffer;

/**
 * A snapshot as it goes out, encoded once for all sidecars that get it.
 *
 * @param nonce rises with every snapshot that this process publishes; echoed by acknowledgements
 * @param frame one line of the stream
 */
public record PublishedSnapshot(WorkloadSnapshot content, long nonce, Buffer frame) {
  static PublishedSnapshot of(WorkloadSnapshot content, long nonce) {
    return new PublishedSnapshot(
        content,
        nonce,
        FrameCodec.line(
            new StreamFrame.Configuration(content.version(), nonce, content.canonicalJson())));
  }

  /**
   * Where keys come from is no part of a version: a Secret may come after its provider.
   *
   * @param compiled of this version
   */
  PublishedSnapshot with(WorkloadSnapshot compiled) {
    return content.credentials().equals(compiled.credentials())
        ? this
        : new PublishedSnapshot(compiled, nonce, frame);
  }

  public String version() {
    return content.version();
  }
}
