package io.tidegate.operator.serve;

import io.tidegate.operator.watch.InjectedPod;
import java.time.Instant;

/** Whether a caller is the sidecar of a pod that may have configuration. */
public sealed interface IdentityVerdict {
  /**
   * @param expires when the token ends; {@link Instant#MAX} if it does not say
   */
  record Proven(InjectedPod pod, Instant expires) implements IdentityVerdict {}

  /**
   * @param reason constant for metrics and for the answer's {@code reason}
   * @param message what is wrong and the next step
   * @param keepsCredentials whether a sidecar that was told 403 may keep what it has
   */
  record Refused(int status, String reason, String message, boolean keepsCredentials)
      implements IdentityVerdict {
    static Refused because(RefusedIdentity why, String detail) {
      return new Refused(why.status(), why.name(), why.sentence() + detail, false);
    }
  }
}
