package io.tidegate.operator.admit;

/** How a container's calls may pass by the sidecar. */
public enum BypassReason {
  /** It keeps a base URL of its own. */
  OwnBaseUrl(
      "remove the variable; injectEnv Override replaces those that the sidecar sets by itself"),
  /** A ConfigMap or Secret that the webhook does not read may set a proxy or another base URL. */
  EnvFrom("list the keys one by one under env, or give envFrom a prefix"),
  /** A proxy takes calls to loopback too. */
  Proxy("add 127.0.0.1 to NO_PROXY and no_proxy of the container");

  private final String nextStep;

  BypassReason(String nextStep) {
    this.nextStep = nextStep;
  }

  public String nextStep() {
    return nextStep;
  }
}
