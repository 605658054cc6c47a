package io.tidegate.operator.tls;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every CA that a replica has served under, kept in the operator's own namespace: pods were
 * injected with them, and a replica that starts after a change of CA must know them for its own.
 * Blocks.
 */
final class KnownAuthorities {
  private static final Logger LOG = LoggerFactory.getLogger(KnownAuthorities.class);

  /** Replicas that start together lose at most one round each to every other. */
  private static final int MOST_CONFLICTS = 10;

  private final KubernetesClient client;
  private final String namespace;

  /**
   * @param namespace the operator's own: whoever may write its ConfigMaps says whom we trust
   */
  KnownAuthorities(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Writes down what is new of these.
   *
   * @return these first, then the others that have not expired
   */
  List<X509Certificate> with(List<X509Certificate> current, Instant now) {
    for (int round = 0; round < MOST_CONFLICTS; round++) {
      ConfigMap held =
          client.configMaps().inNamespace(namespace).withName(CaPublisher.CONFIG_MAP).get();
      Set<X509Certificate> all = new LinkedHashSet<>(current);
      known(held).stream()
          .filter(ca -> now.isBefore(ca.getNotAfter().toInstant()))
          .forEach(all::add);
      List<X509Certificate> wanted = new ArrayList<>(all);
      if (CaPublisher.write(client, namespace, held, Pem.of(wanted))) {
        return wanted;
      }
    }
    throw new CertificatesUnusable(
        "ConfigMap %s/%s changes under every write; next: see who writes it"
            .formatted(namespace, CaPublisher.CONFIG_MAP),
        null);
  }

  private List<X509Certificate> known(ConfigMap held) {
    if (held == null || held.getData() == null || !held.getData().containsKey(CaPublisher.KEY)) {
      return List.of();
    }
    try {
      return Pem.certificates(held.getData().get(CaPublisher.KEY));
    } catch (GeneralSecurityException e) {
      LOG.warn(
          "ConfigMap {}/{} has no certificates in data.{} and is written anew: {}",
          namespace,
          CaPublisher.CONFIG_MAP,
          CaPublisher.KEY,
          e.getMessage());
      return List.of();
    }
  }
}
