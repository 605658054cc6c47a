package io.tidegate.e2e.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A replica's TLS port, as a client sees it who trusts nothing but these CAs. */
public final class OperatorTls {
  /** What a secret of the built-in issuer is rotated in. */
  public static final String SECRET = "tidegate-operator-tls";

  private static final int TIMEOUT_MILLIS = 30_000;

  private OperatorTls() {}

  /**
   * The certificate that is shown to a new connection.
   *
   * @throws IOException also if it is not one of these CAs'
   */
  public static X509Certificate served(String host, int port, String caPem) throws IOException {
    try (SSLSocket socket = (SSLSocket) trusting(caPem).getSocketFactory().createSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no CAs: " + caPem, e);
    }
  }

  /** Whom the API server believes that it calls the webhook. */
  public static String caBundle(KubernetesClient admin) {
    String bundle =
        admin
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName("tidegate")
            .require()
            .getWebhooks()
            .getFirst()
            .getClientConfig()
            .getCaBundle();
    return new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII);
  }

  private static SSLContext trusting(String caPem) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    byte[] pem = caPem.getBytes(StandardCharsets.US_ASCII);
    for (Certificate ca :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      store.setCertificateEntry("ca-" + store.size(), ca);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
