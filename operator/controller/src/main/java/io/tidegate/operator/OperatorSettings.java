package io.tidegate.operator;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be said to the operator from outside, parsed once from {@code TIDEGATE_*}.
 *
 * @param namespace the operator's own namespace: objects in it govern the cluster
 * @param replica this process's name among its replicas; the pod's name in a cluster
 * @param host address on which both ports listen
 * @param tlsPort snapshots, acknowledgements, spend and admission, over TLS; 0: any free port
 * @param adminPort health and metrics, plain; 0: any free port
 * @param operatorUrl where injected sidecars find {@code tlsPort}
 * @param sidecarImage what is injected where the SidecarProfile names no image
 * @param trustedSidecarImages images besides {@code sidecarImage} whose pods may have
 *     configuration; an entry without tag or digest trusts every version of the repository
 * @param secretNamespaces whose Secrets the installation lets the operator read
 * @param webhookConfiguration the MutatingWebhookConfiguration that gets our CA; empty: none
 * @param certificateSecret a Secret in {@code namespace} that another issuer fills for us; empty:
 *     we issue our certificates ourselves
 * @param tokenReviewConcurrency TokenReviews in flight at once
 * @param debounceQuiet a burst of changes is compiled when nothing came for this long
 * @param debounceMost a burst is compiled after this long even if it goes on
 * @param pingInterval between two signs of life on a stream
 * @param streamAge a stream ends after this long at most, and its sidecar proves itself again; it
 *     goes on for as long as the API server does not answer
 * @param statusInterval least time between two status writes of an object whose conditions stay
 * @param leaseDuration how long the writer's Lease holds without renewal
 */
public record OperatorSettings(
    String namespace,
    String replica,
    String host,
    int tlsPort,
    int adminPort,
    String operatorUrl,
    String sidecarImage,
    List<String> trustedSidecarImages,
    List<String> secretNamespaces,
    String webhookConfiguration,
    String certificateSecret,
    int tokenReviewConcurrency,
    Duration debounceQuiet,
    Duration debounceMost,
    Duration pingInterval,
    Duration streamAge,
    Duration statusInterval,
    Duration leaseDuration) {

  public OperatorSettings {
    trustedSidecarImages = List.copyOf(trustedSidecarImages);
    secretNamespaces = List.copyOf(secretNamespaces);
  }

  /**
   * @throws SettingsRefused on a value out of bounds or an unknown key of our prefix
   */
  public static OperatorSettings of(Map<String, String> environment) {
    SettingsReader keys = new SettingsReader(environment);
    String namespace = keys.text("NAMESPACE", "tidegate-system");
    OperatorSettings settings =
        new OperatorSettings(
            namespace,
            keys.text("REPLICA", "operator"),
            keys.text("HOST", "0.0.0.0"),
            keys.port("TLS_PORT", 8443),
            keys.port("ADMIN_PORT", 8080),
            keys.text("OPERATOR_URL", "https://tidegate-operator." + namespace + ".svc:8443"),
            keys.text("SIDECAR_IMAGE", "tidegate/sidecar:0.1.0"),
            keys.names("TRUSTED_SIDECAR_IMAGES", ""),
            keys.names("SECRET_NAMESPACES", namespace),
            keys.text("WEBHOOK_CONFIGURATION", "tidegate"),
            keys.text("CERTIFICATE_SECRET", ""),
            keys.whole("TOKEN_REVIEW_CONCURRENCY", 50, 1, 1_000),
            keys.millis("DEBOUNCE_QUIET_MILLIS", 50, 0, 10_000),
            keys.millis("DEBOUNCE_MOST_MILLIS", 500, 1, 60_000),
            keys.millis("PING_INTERVAL_MILLIS", 10_000, 10, 15_000),
            keys.millis("STREAM_AGE_MILLIS", 1_800_000, 1_000, 86_400_000),
            keys.millis("STATUS_INTERVAL_MILLIS", 2_000, 10, 60_000),
            keys.millis("LEASE_DURATION_MILLIS", 15_000, 1_000, 300_000));
    keys.ordered(
        "DEBOUNCE_QUIET_MILLIS",
        settings.debounceQuiet(),
        "DEBOUNCE_MOST_MILLIS",
        settings.debounceMost());
    keys.finish();
    return settings;
  }
}
