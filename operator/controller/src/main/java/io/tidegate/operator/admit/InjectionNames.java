package io.tidegate.operator.admit;

import io.tidegate.operator.tls.CaPublisher;
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
  public static final Set<String> VOLUMES =
      Set.of(TOKEN_VOLUME, STATE_VOLUME, CREDENTIALS_VOLUME, CA_VOLUME);

  /** Audience of the token by which a sidecar proves which pod it is. */
  public static final String TOKEN_AUDIENCE = "tidegate-operator";

  /** ConfigMap in each governed namespace, and its key. */
  public static final String CA_CONFIG_MAP = CaPublisher.CONFIG_MAP;

  public static final String CA_KEY = CaPublisher.KEY;

  /** What an application sends as its key; the sidecar strips it. */
  public static final String PLACEHOLDER_KEY = "tidegate-placeholder";

  private InjectionNames() {}
}
