package io.tidegate.operator.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** A certificate and its key. Prints without the key. */
record KeyedCertificate(X509Certificate certificate, PrivateKey key) {

  Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  /** After two thirds of its life: a failure to renew leaves the last third to notice it in. */
  boolean due(Instant now) {
    Duration life = Duration.between(notBefore(), notAfter());
    return !now.isBefore(notBefore().plus(life.multipliedBy(2).dividedBy(3)));
  }

  /** Whether the key is the certificate's own. */
  boolean fits() {
    byte[] anything = {1};
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(anything);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(anything);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  boolean issuedBy(KeyedCertificate authority) {
    return certificate
        .getIssuerX500Principal()
        .equals(authority.certificate().getSubjectX500Principal());
  }

  @Override
  public String toString() {
    return certificate.getSubjectX500Principal() + " until " + notAfter();
  }
}
