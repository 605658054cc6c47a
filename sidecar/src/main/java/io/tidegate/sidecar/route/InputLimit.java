package io.tidegate.sidecar.route;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;

/**
 * A rule's {@code limits.maxInputTokens}. Without the model's own tokenizer tokens can only be
 * estimated: four UTF-8 bytes of the request's JSON make one, which is close for English prose and
 * low for other scripts. A budget does not rest on this estimate; it reserves a proven bound. Pure.
 */
public final class InputLimit {
  private static final int BYTES_PER_TOKEN = 4;

  private InputLimit() {}

  /**
   * @param inputBytes of the request as it will leave, the prompt's messages included
   * @return null if the input may leave
   */
  public static Refusal check(Plan plan, long inputBytes) {
    if (plan.limits() == null || plan.limits().maxInputTokens() == null) {
      return null;
    }
    long estimated = Math.ceilDiv(inputBytes, BYTES_PER_TOKEN);
    int most = plan.limits().maxInputTokens();
    if (estimated <= most) {
      return null;
    }
    return Refusal.by(
        Reason.INPUT_TOO_LONG,
        plan.route(),
        "limits.maxInputTokens",
        plan.route()
            + ", rule '"
            + plan.rule()
            + "': limits.maxInputTokens is "
            + most
            + ", and this input has about "
            + estimated
            + " tokens ("
            + inputBytes
            + " bytes, four to a token). Send less context, or have the limit raised.");
  }
}
