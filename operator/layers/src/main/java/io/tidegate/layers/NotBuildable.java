package io.tidegate.layers;

/** Why the layers cannot be made here; the message is one sentence that says what to do. */
public final class NotBuildable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotBuildable(String message) {
    super(message);
  }

  public NotBuildable(String message, Throwable cause) {
    super(message, cause);
  }
}
