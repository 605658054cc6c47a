package io.tidegate.sidecar.dialect;

/** A governed field of a request is not what it must be. Without a stack trace: it is a value. */
final class FieldFault extends Exception {
  private static final long serialVersionUID = 1L;
  private final String field;

  FieldFault(String field, String message) {
    super(message, null, false, false);
    this.field = field;
  }

  /** Dotted path of the field. */
  String field() {
    return field;
  }
}
