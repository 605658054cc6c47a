package io.tidegate.operator.serve;

/** Why a caller is not taken for a sidecar, before its pod is looked at. */
public enum RefusedIdentity {
  NoToken(401, "send the pod's projected token as Authorization: Bearer"),
  TokenNotAccepted(
      401,
      "the API server does not accept this token for audience tidegate-operator; read the token"
          + " file again, the kubelet rotates it"),
  TokenNotOfAPod(
      401,
      "the token is not bound to a pod; use the projected serviceAccountToken volume"
          + " tidegate-token"),
  PodNotFound(403, "the API server has no such pod, or it was replaced by another; "),
  NotItsServiceAccount(403, "the pod runs under another ServiceAccount than the token; "),
  TooManyReviews(503, "too many sidecars connect at once; try again after Retry-After"),
  ApiServerUnavailable(503, "the API server did not answer; try again after Retry-After"),
  ReviewNotPermitted(
      503,
      "the API server does not let the operator ask; grant its ServiceAccount create on"
          + " tokenreviews.authentication.k8s.io and get on pods");

  private final int status;
  private final String sentence;

  RefusedIdentity(int status, String sentence) {
    this.status = status;
    this.sentence = sentence;
  }

  int status() {
    return status;
  }

  String sentence() {
    return sentence;
  }
}
