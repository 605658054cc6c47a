package io.tidegate.operator.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes CAs and server certificates, on EC P-256 after RFC 5280. */
final class Authority {
  static final Duration CA_LIFE = Duration.ofDays(3650);
  static final Duration LEAF_LIFE = Duration.ofDays(90);

  /** Clocks of nodes differ; a certificate is valid for one that is this much behind. */
  static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final int SERIAL_BITS = 127;

  private final SecureRandom random = new SecureRandom();

  /** Each CA has a subject of its own, so that a chain is never tried with the wrong one. */
  KeyedCertificate newCa(Instant now) {
    try {
      KeyPair pair = newKey();
      BigInteger serial = new BigInteger(SERIAL_BITS, random);
      X500Name name = new X500Name("CN=Tidegate operator CA " + serial.toString(16));
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial,
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(CA_LIFE)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return new KeyedCertificate(sign(builder, pair), pair.getPrivate());
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("every JDK can make an EC P-256 certificate", e);
    }
  }

  /**
   * Never outlives the CA.
   *
   * @param names DNS names and IPv4 addresses
   */
  KeyedCertificate newLeaf(KeyedCertificate ca, List<String> names, Instant now) {
    try {
      KeyPair pair = newKey();
      Instant end = now.plus(LEAF_LIFE);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              ca.certificate(),
              new BigInteger(SERIAL_BITS, random),
              Date.from(now.minus(BACKDATED)),
              Date.from(end.isAfter(ca.notAfter()) ? ca.notAfter() : end),
              new X500Name("CN=tidegate-operator"),
              pair.getPublic());
      addLeafExtensions(builder, ca, pair, names);
      return new KeyedCertificate(
          sign(builder, new KeyPair(ca.certificate().getPublicKey(), ca.key())), pair.getPrivate());
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot sign with the operator's CA " + ca, e);
    }
  }

  private static void addLeafExtensions(
      X509v3CertificateBuilder builder, KeyedCertificate ca, KeyPair pair, List<String> names)
      throws CertIOException, GeneralSecurityException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(pair.getPublic()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(ca.certificate()));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(names.stream().map(Authority::name).toArray(GeneralName[]::new)));
  }

  private static GeneralName name(String name) {
    int tag = IP_V4.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
    return new GeneralName(tag, name);
  }

  private KeyPair newKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }
}
