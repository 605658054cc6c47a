package io.tidegate.sidecar.prompt;

/** A variable's value cannot be taken. Without a stack trace: it is a value. */
final class VariableFault extends Exception {
  private static final long serialVersionUID = 1L;
  private final String variable;

  VariableFault(String variable, String message) {
    super(message, null, false, false);
    this.variable = variable;
  }

  /** Null if the header as a whole is at fault. */
  String variable() {
    return variable;
  }
}
