package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.config.SnapshotSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last configuration that the stream brought and this engine ran, on disk: a header line with
 * schema, version and length, then the canonical JSON. The version is the JSON's SHA-256, so it is
 * the checksum too. Blocks; not for the event loop.
 */
public final class LastKnownGood {
  static final String FILE_NAME = "last-known-good";
  private static final int MAX_HEADER_BYTES = 160;
  private static final Pattern HEADER =
      Pattern.compile(
          "tidegate-snapshot schema=(\\d{1,9}) version=(sha256:[0-9a-f]{64}) bytes=(\\d{1,9})");

  private final AtomicFile file;

  public LastKnownGood(Path stateDir) {
    this.file = new AtomicFile(stateDir.resolve(FILE_NAME));
  }

  public void write(String version, String canonicalJson) throws IOException {
    byte[] body = canonicalJson.getBytes(StandardCharsets.UTF_8);
    String header =
        "tidegate-snapshot schema=%d version=%s bytes=%d%n"
            .formatted(Snapshot.SCHEMA_VERSION, version, body.length)
            .replace(System.lineSeparator(), "\n");
    byte[] head = header.getBytes(StandardCharsets.US_ASCII);
    file.write(ByteBuffer.allocate(head.length + body.length).put(head).put(body).flip());
  }

  public Found read() {
    try {
      byte[] content = file.read(MAX_HEADER_BYTES + (long) SnapshotSize.MAX_BYTES);
      return content == null ? new Found.Absent() : parse(content);
    } catch (IOException e) {
      return new Found.Unusable(file.path() + " cannot be read: " + e.getMessage());
    }
  }

  private Found parse(byte[] content) {
    int end = headerEnd(content);
    Matcher header =
        HEADER.matcher(new String(content, 0, Math.max(end, 0), StandardCharsets.US_ASCII));
    if (end < 0 || !header.matches()) {
      return unusable("has no complete header");
    }
    if (Integer.parseInt(header.group(1)) != Snapshot.SCHEMA_VERSION) {
      return unusable(
          "has schema " + header.group(1) + ", this sidecar reads " + Snapshot.SCHEMA_VERSION);
    }
    int length = content.length - end - 1;
    if (Integer.parseInt(header.group(3)) != length) {
      return unusable("has " + length + " bytes of " + header.group(3));
    }
    String json = new String(content, end + 1, length, StandardCharsets.UTF_8);
    if (!SnapshotCodec.version(json).equals(header.group(2))) {
      return unusable("does not have the checksum that its header names");
    }
    return new Found.Snapshot(header.group(2), json);
  }

  private static int headerEnd(byte[] content) {
    for (int i = 0; i < Math.min(content.length, MAX_HEADER_BYTES); i++) {
      if (content[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private Found unusable(String why) {
    return new Found.Unusable(file.path() + " " + why + "; it is ignored");
  }

  /** What was on disk. */
  public sealed interface Found {
    record Absent() implements Found {}

    /**
     * @param canonicalJson has {@code version} as its checksum; not yet proved by the engine
     */
    record Snapshot(String version, String canonicalJson) implements Found {}

    /** Torn, damaged or of another schema. */
    record Unusable(String reason) implements Found {}
  }
}
