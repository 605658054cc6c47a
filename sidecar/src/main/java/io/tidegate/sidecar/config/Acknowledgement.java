package io.tidegate.sidecar.config;

/**
 * {@code POST /v1/acknowledgements}: what the sidecar did with a {@link StreamFrame.Configuration}.
 * Answered 204, or 401 if the session is unknown.
 *
 * @param session from {@link StreamFrame.Hello}
 * @param object the object that caused a refusal; null if none did
 * @param reason why refused; null if running
 */
public record Acknowledgement(
    String session, long nonce, String version, Verdict verdict, ObjectRef object, String reason) {
  public enum Verdict {
    /** The version is in force. */
    Running,
    /** The version was refused; the earlier one stays in force. */
    Refused
  }
}
