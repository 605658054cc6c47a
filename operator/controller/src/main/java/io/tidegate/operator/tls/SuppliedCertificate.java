package io.tidegate.operator.tls;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that somebody else issues, cert-manager for one, into a Secret of type {@code
 * kubernetes.io/tls} with {@code ca.crt}. A CA that was there once stays trusted until it expires:
 * pods were injected with it.
 */
final class SuppliedCertificate implements Supplier<Served> {
  private static final Logger LOG = LoggerFactory.getLogger(SuppliedCertificate.class);
  private static final String TYPE = "kubernetes.io/tls";
  private static final String CA = "ca.crt";
  private static final String CHAIN = "tls.crt";
  private static final String KEY = "tls.key";

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final InstantSource clock;
  private final KnownAuthorities authorities;
  private List<X509Certificate> known = List.of();

  SuppliedCertificate(KubernetesClient client, String namespace, String name, InstantSource clock) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.clock = clock;
    this.authorities = new KnownAuthorities(client, namespace);
  }

  /**
   * What the Secret holds now. Blocks.
   *
   * @throws CertificatesUnusable if that is not all that is needed
   */
  @Override
  public synchronized Served get() {
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      throw unusable(
          "does not exist", "see why its issuer has not made it yet, or correct the name", null);
    }
    if (!TYPE.equals(secret.getType())) {
      throw unusable("is of type " + secret.getType(), "name a Secret of type " + TYPE, null);
    }
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    List<X509Certificate> chain = certificates(data, CHAIN);
    List<X509Certificate> current = certificates(data, CA);
    PrivateKey key = key(data, chain.getFirst());
    return new Served(chain, key, trusted(current));
  }

  /**
   * The new certificate is served also where its CA cannot be written down: the old one would end.
   */
  private List<X509Certificate> trusted(List<X509Certificate> current) {
    try {
      known = authorities.with(current, clock.instant());
    } catch (KubernetesClientException | CertificatesUnusable e) {
      LOG.error(
          "the CA of Secret {}/{} cannot be written down for replicas to come, which is tried again"
              + " with the next look at the Secret; next: see why ConfigMap {} cannot be written",
          namespace,
          name,
          CaPublisher.CONFIG_MAP,
          e);
      known = Stream.concat(current.stream(), known.stream()).distinct().toList();
    }
    return known;
  }

  private List<X509Certificate> certificates(Map<String, String> data, String field) {
    try {
      List<X509Certificate> found = Pem.certificates(text(data, field));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (GeneralSecurityException e) {
      throw unusable("has no certificate in data." + field, nextStep(field), e);
    }
    throw unusable("has no certificate in data." + field, nextStep(field), null);
  }

  private PrivateKey key(Map<String, String> data, X509Certificate certificate) {
    try {
      return Pem.key(text(data, KEY), certificate.getPublicKey().getAlgorithm());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw unusable(
          "has no key in data." + KEY + " that fits data." + CHAIN,
          "have the key encoded as PKCS8, which the chart's Certificate asks for",
          e);
    }
  }

  private static String nextStep(String field) {
    return field.equals(CA)
        ? "use an issuer that fills it, as a CA issuer does"
        : "see what the issuer says of its Certificate";
  }

  private String text(Map<String, String> data, String field) {
    byte[] value = Base64.getMimeDecoder().decode(data.getOrDefault(field, ""));
    return new String(value, StandardCharsets.US_ASCII);
  }

  private CertificatesUnusable unusable(String finding, String nextStep, Exception cause) {
    return new CertificatesUnusable(
        "Secret %s/%s %s; next: %s".formatted(namespace, name, finding, nextStep), cause);
  }
}
