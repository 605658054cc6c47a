package io.tidegate.operator.tls;

/** What is in the Secret, where all of it is there. */
final class StoredState {
  private StoredState() {}

  static TlsState of(TlsSecret secret) {
    return of(secret.read().orElseThrow());
  }

  static TlsState of(TlsSecret.Stored stored) {
    TlsParts parts = stored.parts();
    return new TlsState(
        parts.trusted(), parts.signer().orElseThrow(), parts.next(), parts.leaf().orElseThrow());
  }
}
