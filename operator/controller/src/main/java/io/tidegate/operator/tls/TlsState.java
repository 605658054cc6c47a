package io.tidegate.operator.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What the replicas share.
 *
 * @param trusted every CA that may have signed a certificate still in use, newest first
 * @param signer the CA that signs now
 * @param next a CA that is trusted already, and signs once everyone has heard of it
 * @param leaf the server's certificate
 */
record TlsState(
    List<X509Certificate> trusted,
    KeyedCertificate signer,
    Optional<KeyedCertificate> next,
    KeyedCertificate leaf) {
  TlsState {
    trusted = List.copyOf(trusted);
  }

  String caPem() {
    return Pem.of(trusted);
  }
}
