package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidegate.operator.admit.InjectionNames;
import io.tidegate.operator.compile.ResourceView;
import io.tidegate.operator.tls.CaPublisher;
import io.tidegate.operator.tls.CertificateIssuer;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who call us whom to trust: sidecars by a ConfigMap in each governed namespace, the
 * API server by the webhook's caBundle. For one thread; blocks on the API server.
 */
final class TrustLine {
  private static final Logger LOG = LoggerFactory.getLogger(TrustLine.class);

  /** Of so many repairs one looks at every namespace. */
  static final int NAMESPACES_EVERY = 20;

  private final CaPublisher publisher;
  private final CertificateIssuer issuer;
  private final String webhookConfiguration;
  private String publishedCa = "";
  private Set<String> publishedTo = Set.of();
  private String webhookCa = "";
  private boolean webhookMissing;
  private int repairs;

  TrustLine(KubernetesClient client, CertificateIssuer issuer, String webhookConfiguration) {
    this.publisher = new CaPublisher(client);
    this.issuer = issuer;
    this.webhookConfiguration = webhookConfiguration;
  }

  /** Publishes what is new since the last time: a CA, or a namespace. */
  void publish(ResourceView view) {
    String ca = issuer.caPem();
    Set<String> governed = governed(view);
    Set<String> due = new HashSet<>(governed);
    if (ca.equals(publishedCa)) {
      due.removeAll(publishedTo);
    }
    Set<String> failed = publisher.publish(due, ca);
    governed.removeAll(failed);
    publishedCa = ca;
    publishedTo = governed;
    if (!webhookConfiguration.isEmpty() && !ca.equals(webhookCa)) {
      patchWebhook(ca);
    }
  }

  /**
   * Publishes what failed, and what others have undone: an upgrade that applies the webhook anew
   * takes our CA out of it. Namespaces are many, and are looked at more seldom.
   */
  void repair(ResourceView view) {
    webhookCa = "";
    if (++repairs % NAMESPACES_EVERY == 0) {
      publishedTo = Set.of();
    }
    publish(view);
  }

  private void patchWebhook(String ca) {
    try {
      boolean missing = !publisher.patchWebhook(webhookConfiguration, ca);
      if (missing && !webhookMissing) {
        LOG.info(
            "There is no MutatingWebhookConfiguration {}; pods are not injected by this cluster",
            webhookConfiguration);
      }
      webhookMissing = missing;
      webhookCa = ca;
    } catch (KubernetesClientException e) {
      LOG.warn(
          "MutatingWebhookConfiguration {} did not get our CA and will be tried again: {}",
          webhookConfiguration,
          e.getMessage());
    }
  }

  private static Set<String> governed(ResourceView view) {
    Set<String> governed = new HashSet<>();
    view.pods().forEach(pod -> governed.add(pod.namespace()));
    view.namespaces().stream()
        .filter(
            namespace ->
                InjectionNames.ENABLED.equals(namespace.labels().get(InjectionNames.INJECT_LABEL)))
        .forEach(namespace -> governed.add(namespace.name()));
    return governed;
  }
}
