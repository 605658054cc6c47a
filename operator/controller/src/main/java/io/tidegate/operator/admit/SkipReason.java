package io.tidegate.operator.admit;

/** Why a pod gets no sidecar although the webhook saw it. */
public enum SkipReason {
  NotAPodCreation("the request creates no pod; only the creation of pods is mutated", false),
  NotOptedIn(
      "neither the pod nor its namespace has the label tidegate.io/inject=enabled; set it on one of"
          + " them",
      false),
  Disabled("the label tidegate.io/inject=disabled switches injection off; remove it", false),
  UnknownLabelValue(
      "the label tidegate.io/inject has the value '%s', which is neither enabled nor disabled;"
          + " correct it",
      true),
  OperatorNamespace(
      "the pod is in the operator's own namespace, which is never injected; run workloads"
          + " elsewhere",
      true),
  MirrorPod("the pod mirrors a static pod of a node, which no webhook can change", true),
  HostNetwork(
      "the pod uses hostNetwork, where the sidecar's loopback ports would be the node's; remove"
          + " spec.hostNetwork",
      true),
  Windows("the pod runs on Windows, for which there is no sidecar image; use a Linux node", true);

  private final String sentence;
  private final boolean surprising;

  SkipReason(String sentence, boolean surprising) {
    this.sentence = sentence;
    this.surprising = surprising;
  }

  /**
   * What is the case, and what to do where a sidecar is wanted.
   *
   * @param label the value of the label {@code tidegate.io/inject}; null: none
   */
  String sentence(String label) {
    return sentence.formatted(label);
  }

  /** Whether somebody asked for a sidecar and gets none: worth an Event and a warning. */
  public boolean surprising() {
    return surprising;
  }
}
