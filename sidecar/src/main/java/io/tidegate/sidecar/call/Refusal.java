package io.tidegate.sidecar.call;

import io.tidegate.sidecar.config.ObjectRef;
import java.time.Duration;

/**
 * A call that ends here, as a value.
 *
 * @param object who decided; null if no object did
 * @param rule the rule, limit or field of the object; null if none
 * @param message one or two sentences: object, field, next step; never a credential or content
 * @param retryAfter when the same call can succeed without a change of policy; null: retrying is in
 *     vain, and the SDK is told so
 */
public record Refusal(
    Reason reason, ObjectRef object, String rule, String message, Duration retryAfter) {
  public static Refusal of(Reason reason, String message) {
    return new Refusal(reason, null, null, message, null);
  }

  public static Refusal by(Reason reason, ObjectRef object, String rule, String message) {
    return new Refusal(reason, object, rule, message, null);
  }
}
