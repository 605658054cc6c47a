package io.tidegate.operator.admit;

import io.tidegate.operator.tls.CaPublisher;
import java.util.Map;
import java.util.Set;

/** The names that an injected pod carries; all of them are part of the product's contract. */
public final class InjectionNames {
  /** Label of a Namespace or pod: {@code enabled} or {@code disabled}; the pod's word wins. */
  public static final String INJECT_LABEL = "tidegate.io/inject";

  public static final String ENABLED = "enabled";
  public static final String DISABLED = "disabled";

  /** Label of a pod, else of its Namespace: the name of its SidecarProfile. */
  public static final String PROFILE_LABEL = "tidegate.io/profile";

  /** Label of every injected pod, always {@code true}. */
  public static final String INJECTED_LABEL = "tidegate.io/injected";

  /** Annotation of every injected pod: an {@link InjectionReport} as JSON. */
  public static final String REPORT_ANNOTATION = "tidegate.io/injection";

  public static final String CONTAINER = "tidegate";
  public static final String TOKEN_VOLUME = "tidegate-token";
  public static final String STATE_VOLUME = "tidegate-state";
  public static final String CREDENTIALS_VOLUME = "tidegate-credentials";
  public static final String CA_VOLUME = "tidegate-ca";

  static final String TOKEN_DIR = "/var/run/secrets/tidegate";
  static final String STATE_DIR = "/var/lib/tidegate";
  static final String CREDENTIALS_DIR = "/var/run/tidegate/credentials";
  static final String CA_DIR = "/etc/tidegate/ca";

  /** Where the sidecar has each of its volumes. */
  public static final Map<String, String> MOUNT_PATHS =
      Map.of(
          TOKEN_VOLUME, TOKEN_DIR,
          STATE_VOLUME, STATE_DIR,
          CREDENTIALS_VOLUME, CREDENTIALS_DIR,
          CA_VOLUME, CA_DIR);

  public static final Set<String> VOLUMES = MOUNT_PATHS.keySet();

  /** Audience of the token by which a sidecar proves which pod it is. */
  public static final String TOKEN_AUDIENCE = "tidegate-operator";

  /** ConfigMap in each governed namespace, and its key. */
  public static final String CA_CONFIG_MAP = CaPublisher.CONFIG_MAP;

  public static final String CA_KEY = CaPublisher.KEY;

  /** What an application sends as its key; the sidecar strips it. */
  public static final String PLACEHOLDER_KEY = "tidegate-placeholder";

  private InjectionNames() {}
}
