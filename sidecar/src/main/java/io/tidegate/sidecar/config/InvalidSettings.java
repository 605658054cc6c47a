package io.tidegate.sidecar.config;

/** The environment is not one to start with; the message names the variable and what it takes. */
public final class InvalidSettings extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidSettings(String message) {
    super(message);
  }
}
