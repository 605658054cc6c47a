package io.tidegate.operator.tls;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Secret by which replicas share one CA. Whoever writes second loses, reads again, and uses
 * what the first wrote.
 */
final class TlsSecret {
  static final String NAME = "tidegate-operator-tls";

  private static final String TRUSTED = "ca.crt";
  private static final String SIGNER = "signer.crt";
  private static final String SIGNER_KEY = "signer.key";
  private static final String NEXT = "next.crt";
  private static final String NEXT_KEY = "next.key";
  private static final String LEAF = "tls.crt";
  private static final String LEAF_KEY = "tls.key";

  private static final String REMOVE_LEAF =
      "remove data.%s and data.%s, and a new certificate is issued".formatted(LEAF, LEAF_KEY);
  private static final String RESTORE =
      "delete the Secret: a replica that runs writes what it holds again, and where none runs a new"
          + " CA is made";

  private final KubernetesClient client;
  private final String namespace;

  TlsSecret(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** What is there, and the version that an update of it must replace. */
  record Stored(TlsParts parts, String resourceVersion) {}

  /**
   * Empty: there is none.
   *
   * @throws CertificatesUnusable if it holds anything but some of what {@link #write} writes
   */
  Optional<Stored> read() {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(NAME).get())
        .map(secret -> new Stored(parse(secret), secret.getMetadata().getResourceVersion()));
  }

  /**
   * Writes what was computed from a known version.
   *
   * @param replaces null: there must be none yet
   * @return false if another replica was faster
   */
  boolean write(TlsState state, String replaces) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(NAME)
            .addToLabels("app.kubernetes.io/managed-by", "tidegate")
            .withResourceVersion(replaces)
            .endMetadata()
            .withType("Opaque")
            .withData(data(state))
            .build();
    try {
      if (replaces == null) {
        client.resource(secret).create();
      } else {
        client.resource(secret).lockResourceVersion(replaces).update();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return "Secret " + namespace + "/" + NAME;
  }

  private static Map<String, String> data(TlsState state) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(TRUSTED, encode(state.caPem()));
    put(data, SIGNER, SIGNER_KEY, state.signer());
    state.next().ifPresent(next -> put(data, NEXT, NEXT_KEY, next));
    put(data, LEAF, LEAF_KEY, state.leaf());
    return data;
  }

  private static void put(
      Map<String, String> data, String name, String keyName, KeyedCertificate pair) {
    data.put(name, encode(Pem.of(List.of(pair.certificate()))));
    data.put(keyName, encode(Pem.of(pair.key())));
  }

  private TlsParts parse(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    return new TlsParts(
        data.containsKey(TRUSTED) ? certificates(data, TRUSTED, RESTORE) : List.of(),
        pair(data, SIGNER, SIGNER_KEY, RESTORE),
        pair(data, NEXT, NEXT_KEY, RESTORE),
        pair(data, LEAF, LEAF_KEY, REMOVE_LEAF));
  }

  /** Empty where one of the two is not there: whoever takes out one wants both anew. */
  private Optional<KeyedCertificate> pair(
      Map<String, String> data, String name, String keyName, String nextStep) {
    if (!data.containsKey(name) || !data.containsKey(keyName)) {
      return Optional.empty();
    }
    X509Certificate certificate = certificates(data, name, nextStep).getFirst();
    KeyedCertificate pair;
    try {
      pair = new KeyedCertificate(certificate, Pem.ecKey(text(data, keyName)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw unusable("has no key in data." + keyName, nextStep, e);
    }
    if (!pair.fits()) {
      throw unusable("has in data.%s no key to data.%s".formatted(keyName, name), nextStep, null);
    }
    return Optional.of(pair);
  }

  private List<X509Certificate> certificates(
      Map<String, String> data, String name, String nextStep) {
    try {
      List<X509Certificate> found = Pem.certificates(text(data, name));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw unusable("has no certificate in data." + name, nextStep, e);
    }
    throw unusable("has no certificate in data." + name, nextStep, null);
  }

  private static String text(Map<String, String> data, String name) {
    return new String(Base64.getDecoder().decode(data.get(name)), StandardCharsets.US_ASCII);
  }

  private CertificatesUnusable unusable(String finding, String nextStep, Exception cause) {
    return new CertificatesUnusable(
        "Secret %s/%s %s; next: %s".formatted(namespace, NAME, finding, nextStep), cause);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
