package io.tidegate.sidecar.fetch;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose certificates the sidecar takes for the operator's: the CA given at injection, and the
 * mounted file as it is now, so that trust outlives a rotation of either. Nothing else: the
 * system's CAs are not asked. Blocks; not for the event loop.
 */
final class OperatorTrust {
  private static final long MAX_BYTES = 1 << 20;

  private final String inlinePem;
  private final Path file;
  private final FetchStatus status;

  OperatorTrust(String inlinePem, Path file, FetchStatus status) {
    this.inlinePem = inlinePem;
    this.file = file;
    this.status = status;
  }

  /** What is trusted now; equal lists mean equal trust. */
  List<String> read() {
    List<String> pems = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    add(pems, problems, "TIDEGATE_CA_PEM", inlinePem);
    try {
      byte[] content = AtomicFile.readIfPresent(file, MAX_BYTES);
      if (content != null) {
        add(pems, problems, file.toString(), new String(content, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      problems.add(file + " cannot be read: " + e.getMessage());
    }
    if (pems.isEmpty()) {
      problems.add("neither TIDEGATE_CA_PEM nor " + file + " has the operator's CA");
    }
    if (problems.isEmpty()) {
      status.fine(FetchStatus.Part.TRUST);
    } else {
      status.problem(FetchStatus.Part.TRUST, String.join("; ", problems));
    }
    return pems;
  }

  /** A file caught in the middle of being written must not take the other's trust with it. */
  private static void add(List<String> pems, List<String> problems, String source, String pem) {
    if (pem.isBlank()) {
      return;
    }
    try {
      byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
      if (CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .isEmpty()) {
        problems.add(source + " has no certificate");
      } else {
        pems.add(pem);
      }
    } catch (CertificateException e) {
      problems.add(source + " is no PEM: " + e.getMessage());
    }
  }

  static ClientSSLOptions options(List<String> pems) {
    PemTrustOptions trust = new PemTrustOptions();
    pems.forEach(pem -> trust.addCertValue(Buffer.buffer(pem)));
    return new ClientSSLOptions()
        .setTrustOptions(trust)
        .setHostnameVerificationAlgorithm("HTTPS")
        .setUseAlpn(true);
  }
}
