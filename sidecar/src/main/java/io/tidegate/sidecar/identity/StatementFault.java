package io.tidegate.sidecar.identity;

import io.tidegate.sidecar.call.Reason;

/** What the call states cannot be taken. Without a stack trace: it is a value. */
final class StatementFault extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;
  private final String rule;

  StatementFault(Reason reason, String rule, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.rule = rule;
  }

  Reason reason() {
    return reason;
  }

  /** The field, or the header that holds it. */
  String rule() {
    return rule;
  }
}
