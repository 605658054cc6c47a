package io.tidegate.operator.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What the operator shows to clients. Prints without the key.
 *
 * @param chain the server's certificate, then those that lead to a trusted one
 * @param key of the first
 * @param trusted every CA that a client may have to trust now, newest first
 */
record Served(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> trusted) {
  Served {
    chain = List.copyOf(chain);
    trusted = List.copyOf(trusted);
  }

  String caPem() {
    return Pem.of(trusted);
  }

  List<String> trustedNames() {
    return trusted.stream().map(ca -> ca.getSubjectX500Principal().getName()).toList();
  }

  Instant notAfter() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  @Override
  public String toString() {
    return chain.getFirst().getSubjectX500Principal() + " until " + notAfter();
  }
}
