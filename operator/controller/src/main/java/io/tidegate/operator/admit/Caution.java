package io.tidegate.operator.admit;

import io.tidegate.operator.events.Events;

/** What will not work as its author hopes, although the pod is injected. */
public enum Caution implements Events.Reason {
  SharedProcessNamespace(
      "spec.shareProcessNamespace lets every container read the sidecar's memory, so it gets no"
          + " configuration and the pod does not start; remove the field"),
  OperatorRedirected(
      "so its sidecar gets no configuration and it does not start; remove the field: only the"
          + " cluster's DNS may say that"),
  ProfileNotFound(
      "no SidecarProfile of that name is in the pod's or the operator's namespace, so the sidecar"
          + " refuses every call; create it and then the pod anew, or correct the label"),
  ProfileNotUnderstood(
      "this operator does not understand the SidecarProfile, so the sidecar refuses every call;"
          + " upgrade the operator or correct the field, and then create the pod anew"),
  PortDeclared(
      "declares a port on which the sidecar listens; change it, or port and adminPort in the"
          + " SidecarProfile"),
  ReplacedContainer(
      "an init container named tidegate was replaced by the sidecar; remove it from the template"),
  ReplacedVolume("a volume of the sidecar's name was replaced; remove it from the template");

  private final String sentence;

  Caution(String sentence) {
    this.sentence = sentence;
  }

  @Override
  public Events.Type type() {
    return Events.Type.Warning;
  }

  public String sentence() {
    return sentence;
  }
}
