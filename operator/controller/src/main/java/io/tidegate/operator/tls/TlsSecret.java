package io.tidegate.operator.tls;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
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

  private final KubernetesClient client;
  private final String namespace;

  TlsSecret(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** A state and the version that an update of it must replace. */
  record Stored(TlsState state, String resourceVersion) {}

  /**
   * Empty: there is none yet.
   *
   * @throws CertificatesUnusable if it holds anything but what {@link #write} writes
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

  private TlsState parse(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    Optional<KeyedCertificate> next =
        data.containsKey(NEXT) ? Optional.of(pair(data, NEXT, NEXT_KEY)) : Optional.empty();
    String trusted = text(data, TRUSTED);
    try {
      return new TlsState(
          Pem.certificates(trusted),
          pair(data, SIGNER, SIGNER_KEY),
          next,
          pair(data, LEAF, LEAF_KEY));
    } catch (GeneralSecurityException e) {
      throw unusable(TRUSTED, e);
    }
  }

  private KeyedCertificate pair(Map<String, String> data, String name, String keyName) {
    String certificate = text(data, name);
    String key = text(data, keyName);
    try {
      return new KeyedCertificate(Pem.certificates(certificate).getFirst(), Pem.ecKey(key));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw unusable(name + " or " + keyName, e);
    }
  }

  private String text(Map<String, String> data, String name) {
    String value = data.get(name);
    if (value == null) {
      throw unusable(name, null);
    }
    try {
      return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      throw unusable(name, e);
    }
  }

  private CertificatesUnusable unusable(String field, Exception cause) {
    return new CertificatesUnusable(
        "Secret %s/%s: field data.%s is missing or unreadable; next: restore the Secret, or stop every replica, delete it, start them to have a new CA made, and then restart the injected workloads"
            .formatted(namespace, NAME, field),
        cause);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
