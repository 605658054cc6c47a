package io.tidegate.operator;

/** Stops the start: an environment variable of ours cannot be used. */
public final class SettingsRefused extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names every offending variable and what to write instead
   */
  public SettingsRefused(String message) {
    super(message);
  }
}
