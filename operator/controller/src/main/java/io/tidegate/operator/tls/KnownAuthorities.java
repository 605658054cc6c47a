package io.tidegate.operator.tls;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every CA that a replica has served under, kept in the operator's own namespace: pods were
 * injected with them, and a replica that starts after a change of CA must know them for its own.
 * Blocks.
 */
final class KnownAuthorities {
  private static final Logger LOG = LoggerFactory.getLogger(KnownAuthorities.class);

  private final KubernetesClient client;
  private final String namespace;

  /**
   * @param namespace the operator's own: whoever may write its ConfigMaps says whom we trust
   */
  KnownAuthorities(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Those that have not expired, newest first. */
  List<X509Certificate> read(Instant now) {
    return known(held(), now);
  }

  /** Writes down these and no others. */
  void replace(List<X509Certificate> all) {
    write(held -> all);
  }

  /**
   * Writes down what is new of these.
   *
   * @return these first, then the others that have not expired
   */
  List<X509Certificate> with(List<X509Certificate> current, Instant now) {
    return write(
        held -> {
          Set<X509Certificate> all = new LinkedHashSet<>(current);
          all.addAll(known(held, now));
          return List.copyOf(all);
        });
  }

  private List<X509Certificate> write(Function<ConfigMap, List<X509Certificate>> change) {
    return WriteRounds.settle(
        this,
        () -> {
          ConfigMap held = held();
          List<X509Certificate> wanted = change.apply(held);
          return CaPublisher.write(client, namespace, held, Pem.of(wanted))
              ? Optional.of(wanted)
              : Optional.empty();
        });
  }

  private ConfigMap held() {
    return client.configMaps().inNamespace(namespace).withName(CaPublisher.CONFIG_MAP).get();
  }

  private List<X509Certificate> known(ConfigMap held, Instant now) {
    return known(held).stream().filter(ca -> now.isBefore(ca.getNotAfter().toInstant())).toList();
  }

  private List<X509Certificate> known(ConfigMap held) {
    if (held == null || held.getData() == null || !held.getData().containsKey(CaPublisher.KEY)) {
      return List.of();
    }
    try {
      return Pem.certificates(held.getData().get(CaPublisher.KEY));
    } catch (GeneralSecurityException e) {
      LOG.warn(
          "{} has no certificates in data.{} and is written anew: {}",
          this,
          CaPublisher.KEY,
          e.getMessage());
      return List.of();
    }
  }

  @Override
  public String toString() {
    return "ConfigMap " + namespace + "/" + CaPublisher.CONFIG_MAP;
  }
}
