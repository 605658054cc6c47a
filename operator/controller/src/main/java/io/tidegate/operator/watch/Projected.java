package io.tidegate.operator.watch;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.tidegate.operator.compile.ResourceView.NamespaceView;
import io.tidegate.operator.compile.ResourceView.ServiceAccountView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The parts of built-in objects that the operator keeps. */
final class Projected {
  /** Nothing that a model provider takes for a key; much that its owner would not give away. */
  private static final Set<String> WITHHELD_TYPES =
      Set.of("kubernetes.io/service-account-token", "kubernetes.io/tls");

  /** Only these labels of a ServiceAccount pin anything. */
  private static final String OUR_LABELS = "tidegate.io/";

  private Projected() {}

  /** Selectors may name any label of a namespace. */
  static NamespaceView namespace(Namespace namespace) {
    return new NamespaceView(
        namespace.getMetadata().getName(), labels(namespace.getMetadata().getLabels()));
  }

  static ServiceAccountView serviceAccount(ServiceAccount account) {
    Map<String, String> ours = new HashMap<>(labels(account.getMetadata().getLabels()));
    ours.keySet().removeIf(label -> !label.startsWith(OUR_LABELS));
    return new ServiceAccountView(
        account.getMetadata().getNamespace(), account.getMetadata().getName(), ours);
  }

  /**
   * Decoded values. A Secret that must never be handed out appears empty: a provider that names our
   * own key, anybody's certificate or a ServiceAccount's token would carry it out of the cluster.
   */
  static Map<String, String> secret(Secret secret, Set<String> withheld) {
    boolean secretOfOurs = withheld.contains(secret.getMetadata().getName());
    if (secretOfOurs
        || WITHHELD_TYPES.contains(String.valueOf(secret.getType()))
        || secret.getData() == null) {
      return Map.of();
    }
    Map<String, String> values = new HashMap<>();
    secret
        .getData()
        .forEach(
            (key, value) ->
                values.put(
                    key,
                    new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8)));
    return Map.copyOf(values);
  }

  private static Map<String, String> labels(Map<String, String> labels) {
    return labels == null ? Map.of() : labels;
  }
}
