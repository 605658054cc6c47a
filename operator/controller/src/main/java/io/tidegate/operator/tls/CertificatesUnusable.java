package io.tidegate.operator.tls;

/**
 * The shared certificates cannot be used; the message names the Secret, the field, the next step.
 */
public final class CertificatesUnusable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CertificatesUnusable(String message, Throwable cause) {
    super(message, cause);
  }
}
