package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Profile;
import io.vertx.core.buffer.Buffer;

/**
 * Client bytes to a {@link ChatRequest}: one pass, no tree. What two parsers could read in two ways
 * is refused, because the sidecar decides on its own reading and the provider answers on its own:
 * repeated names, names that differ from a governed one by case only, broken UTF-8, a byte order
 * mark, anything behind the object.
 *
 * <p>That holds for the names that a decision reads, {@code metadata.tenant_id} and {@code
 * stream_options.include_usage} among them. What is repeated where nothing is decided, as a role
 * within a message, passes as it came; where only the bound of the input is read, each of the
 * repeated counts ({@link InputBound}).
 */
public final class DialectReader {
  /** However many levels a profile allows: the walk over nested content is recursive. */
  static final int MOST_LEVELS = 512;

  private DialectReader() {}

  /**
   * @param operation one with a body
   * @param body the request's body, content encoding removed
   */
  public static Reading read(Operation operation, Buffer body, Profile.RequestLimits limits) {
    if (body.length() > limits.maxBodyBytes()) {
      return malformed(
          Reason.BODY_TOO_LARGE,
          null,
          "The request body has "
              + body.length()
              + " bytes; the SidecarProfile's spec.requestLimits.maxBodyBytes allows "
              + limits.maxBodyBytes()
              + ".");
    }
    byte[] bytes = BufferBytes.of(body);
    int length = body.length();
    int invalid = Utf8.firstInvalid(bytes, length);
    if (invalid >= 0) {
      return malformed(
          Reason.MALFORMED_REQUEST,
          null,
          "The request body is no UTF-8 (at byte " + invalid + "). Send JSON in UTF-8.");
    }
    if (length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb) {
      return malformed(
          Reason.MALFORMED_REQUEST,
          null,
          "The request body begins with a byte order mark. Send the JSON without it.");
    }
    JsonScanner json =
        new JsonScanner(bytes, 0, length, Math.min(limits.maxJsonDepth(), MOST_LEVELS));
    RequestWalk walk = new RequestWalk(operation, json);
    try {
      walk.run();
    } catch (NotJson e) {
      return malformed(
          Reason.MALFORMED_REQUEST, null, "The request body is no JSON object: " + e.getMessage());
    } catch (FieldFault e) {
      return malformed(Reason.MALFORMED_REQUEST, e.field(), e.getMessage());
    }
    return new Reading.Read(walk.request(body));
  }

  private static Reading malformed(Reason reason, String field, String message) {
    return new Reading.Malformed(Refusal.by(reason, null, field, message));
  }
}
