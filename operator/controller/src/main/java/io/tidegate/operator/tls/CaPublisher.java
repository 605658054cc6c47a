package io.tidegate.operator.tls;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients of the operator whom to trust: sidecars by a ConfigMap in their namespace, the API
 * server by the webhook's caBundle. Writes only what differs; any replica may call it at any time.
 * All methods block.
 */
public final class CaPublisher {
  /** ConfigMap in each governed namespace. */
  public static final String CONFIG_MAP = "tidegate-ca";

  /** Its key. */
  public static final String KEY = "ca.crt";

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String MANAGER = "tidegate";

  private static final Logger LOG = LoggerFactory.getLogger(CaPublisher.class);

  private final KubernetesClient client;

  public CaPublisher(KubernetesClient client) {
    this.client = client;
  }

  /**
   * A namespace that fails is logged and does not keep the others from theirs.
   *
   * @return those that failed
   */
  public Set<String> publish(Collection<String> namespaces, String caPem) {
    Set<String> failed = new HashSet<>();
    for (String namespace : namespaces) {
      try {
        publishTo(namespace, caPem);
      } catch (KubernetesClientException e) {
        failed.add(namespace);
        LOG.warn(
            "cannot write ConfigMap {}/{}: {}; sidecars there keep the CA of their injection",
            namespace,
            CONFIG_MAP,
            e.getMessage());
      }
    }
    return failed;
  }

  private void publishTo(String namespace, String caPem) {
    ConfigMap held = client.configMaps().inNamespace(namespace).withName(CONFIG_MAP).get();
    if (!write(client, namespace, held, caPem)) {
      LOG.debug("another replica wrote the CA into namespace {}", namespace);
    }
  }

  /**
   * Writes where it differs.
   *
   * @param held what was read; null: nothing
   * @return false if somebody wrote it since
   */
  static boolean write(KubernetesClient client, String namespace, ConfigMap held, String caPem) {
    Map<String, String> data = Map.of(KEY, caPem);
    if (held != null && data.equals(held.getData()) && ours(held)) {
      return true;
    }
    try {
      if (held == null) {
        client.resource(configMap(namespace, data)).create();
      } else {
        client
            .resource(
                new ConfigMapBuilder(held)
                    .editMetadata()
                    .addToLabels(MANAGED_BY, MANAGER)
                    .endMetadata()
                    .withData(data)
                    .build())
            .lockResourceVersion(held.getMetadata().getResourceVersion())
            .update();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  /** By this label an uninstall finds it. */
  private static boolean ours(ConfigMap held) {
    Map<String, String> labels = held.getMetadata().getLabels();
    return labels != null && MANAGER.equals(labels.get(MANAGED_BY));
  }

  static ConfigMap configMap(String namespace, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(CONFIG_MAP)
        .addToLabels(MANAGED_BY, MANAGER)
        .endMetadata()
        .withData(data)
        .build();
  }

  /**
   * Sets the caBundle of every webhook of the configuration.
   *
   * @return false if there is no such configuration
   */
  public boolean patchWebhook(String configuration, String caPem) {
    MutatingWebhookConfiguration held =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(configuration)
            .get();
    if (held == null) {
      return false;
    }
    String bundle = Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.US_ASCII));
    if (held.getWebhooks().stream()
        .allMatch(w -> bundle.equals(w.getClientConfig().getCaBundle()))) {
      return true;
    }
    for (MutatingWebhook webhook : held.getWebhooks()) {
      webhook.getClientConfig().setCaBundle(bundle);
    }
    client.resource(held).update();
    return true;
  }
}
