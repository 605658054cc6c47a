package io.tidegate.layers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;

/**
 * The public certificate authorities of Debian's {@code ca-certificates}, in the two forms that
 * programs read. The build machine's own trust, which may hold a company's proxy, stays out.
 *
 * @param files one PEM certificate each, in order
 */
record TrustedRoots(List<Path> files) {
  static TrustedRoots of(Path unpacked) throws IOException {
    return new TrustedRoots(
        Tree.files(unpacked.resolve("usr/share/ca-certificates")).stream()
            .filter(file -> file.toString().endsWith(".crt"))
            .toList());
  }

  /** All certificates as PEM, one after the other. */
  String pem() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      all.append(Files.readString(file, StandardCharsets.US_ASCII).strip()).append('\n');
    }
    return all.toString();
  }

  /** A PKCS#12 store without a password, which is how a JDK keeps its own (JDK-8275252). */
  byte[] keyStore() throws IOException {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          Certificate certificate = x509.generateCertificate(in);
          store.setCertificateEntry(alias(file), certificate);
        }
      }
      store.store(out, null);
      return out.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate authorities cannot be stored", e);
    }
  }

  /** Of a name that is not ASCII the JVM reads what the build machine's locale makes of it. */
  private static String alias(Path file) {
    return file.getFileName().toString().replaceAll("[^ -~]+", "_");
  }
}
