package io.tidegate.provider;

/** The provider does not take the call. */
final class CallRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  CallRefused(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
