package io.tidegate.operator.trust;

import io.tidegate.operator.events.Events;
import java.time.Duration;

/** Why a pod gets neither configuration nor credentials; the constant is the Event's reason. */
public enum DistrustReason implements Events.Reason {
  NoSidecar(
      "label the namespace or pod tidegate.io/inject=enabled and create the pod anew, so that the"
          + " operator injects the sidecar"),
  ForeignSidecarImage(
      "use the operator's sidecar image, or let the operator's administrator add this one to the"
          + " chart's value sidecar.trustedImages (TIDEGATE_TRUSTED_SIDECAR_IMAGES)"),
  SidecarAltered("create the pod anew and leave the container that the operator injects as it is"),
  ForeignAuthority(
      "create the pod anew and leave TIDEGATE_CA_PEM as the operator injects it: under a CA of"
          + " somebody else's the sidecar would give its token away"),
  OperatorRedirected(
      "remove that field, or the operator's name from it, and create the pod anew: only the"
          + " cluster's DNS may say where the operator is"),
  TokenOutsideSidecar(
      "remove the volume or its mount: only container tidegate may hold a token for this audience"),
  SidecarVolumeShared("remove the mount: only container tidegate may mount this volume"),
  EphemeralContainer(
      "create the pod anew: an ephemeral container can read what the sidecar holds, and cannot be"
          + " taken out again"),
  SharedProcesses(
      "set spec.shareProcessNamespace and spec.hostPID to false: a shared process namespace lets"
          + " every container read what the sidecar holds");

  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final String nextStep;

  DistrustReason(String nextStep) {
    this.nextStep = nextStep;
  }

  public String nextStep() {
    return nextStep;
  }

  @Override
  public Events.Type type() {
    return Events.Type.Warning;
  }

  /** A refused sidecar tries again and again. */
  @Override
  public Duration silence() {
    return SILENCE;
  }
}
