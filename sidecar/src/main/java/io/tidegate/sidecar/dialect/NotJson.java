package io.tidegate.sidecar.dialect;

/** The bytes are no strict JSON, or deeper than allowed. Without a stack trace: it is a value. */
final class NotJson extends Exception {
  private static final long serialVersionUID = 1L;

  NotJson(String message) {
    super(message, null, false, false);
  }
}
