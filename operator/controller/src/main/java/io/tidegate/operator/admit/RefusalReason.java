package io.tidegate.operator.admit;

/** Why a pod is refused: admitting it would hand out the sidecar's secrets or break a promise. */
public enum RefusalReason {
  ReservedContainerName("rename the container; 'tidegate' is the sidecar's name"),
  ReservedVolumeMounted(
      "remove the mount; the volumes tidegate-token, tidegate-state, tidegate-credentials and"
          + " tidegate-ca belong to the sidecar"),
  ReservedAudience(
      "remove the token projection; audience tidegate-operator is the sidecar's identity"),
  OwnBaseUrl("remove the variable, or set injectEnv to IfAbsent or Override in the SidecarProfile");

  private final String nextStep;

  RefusalReason(String nextStep) {
    this.nextStep = nextStep;
  }

  public String nextStep() {
    return nextStep;
  }
}
