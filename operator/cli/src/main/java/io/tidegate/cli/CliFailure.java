package io.tidegate.cli;

/** What a person did that the command line cannot follow; its message ends with the next step. */
public final class CliFailure extends RuntimeException {
  /** The command line itself is wrong; the shell sees 2. */
  public static final int USAGE = 2;

  /** The command is right and cannot be done; the shell sees 1. */
  public static final int FAILED = 1;

  private final int exitCode;

  private CliFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public static CliFailure usage(String message) {
    return new CliFailure(USAGE, message, null);
  }

  public static CliFailure failed(String message) {
    return new CliFailure(FAILED, message, null);
  }

  public static CliFailure failed(String message, Throwable cause) {
    return new CliFailure(FAILED, message, cause);
  }

  public int exitCode() {
    return exitCode;
  }
}
