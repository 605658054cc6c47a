package io.tidegate.operator.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What of a {@link TlsState} there is. A person takes parts out to have them made anew.
 *
 * @param trusted newest first
 */
record TlsParts(
    List<X509Certificate> trusted,
    Optional<KeyedCertificate> signer,
    Optional<KeyedCertificate> next,
    Optional<KeyedCertificate> leaf) {
  /** Of a Secret that is not there. */
  static final TlsParts NONE =
      new TlsParts(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  TlsParts {
    trusted = List.copyOf(trusted);
  }

  static TlsParts of(TlsState state) {
    return new TlsParts(
        state.trusted(), Optional.of(state.signer()), state.next(), Optional.of(state.leaf()));
  }

  /** The same where nothing says whom clients trust; these are known from elsewhere. */
  TlsParts orTrusting(List<X509Certificate> known) {
    return trusted.isEmpty() ? new TlsParts(known, signer, next, leaf) : this;
  }

  boolean canSign() {
    return signer.isPresent() || next.isPresent();
  }
}
