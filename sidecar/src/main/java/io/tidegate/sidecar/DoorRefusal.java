package io.tidegate.sidecar;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import java.time.Duration;

/** What is said to a call before it has begun. */
final class DoorRefusal {
  private static final Duration SOON = Duration.ofSeconds(1);

  private DoorRefusal() {}

  static Refusal draining() {
    return waiting(
        Reason.DRAINING,
        "The pod is shutting down and its Tidegate sidecar with it. Call again from another pod.");
  }

  static Refusal noConfiguration() {
    return waiting(
        Reason.NO_CONFIGURATION,
        "The Tidegate sidecar has no configuration yet. Check that the operator runs and that"
            + " the pod reaches it; the sidecar's /readyz says what it waits for.");
  }

  static Refusal overloaded() {
    return waiting(
        Reason.OVERLOADED,
        "The Tidegate sidecar cannot record more calls: whoever reads its events is too slow."
            + " Call again in a moment.");
  }

  static Refusal tooManyCalls(int most) {
    return waiting(
        Reason.OVERLOADED,
        "The Tidegate sidecar serves "
            + most
            + " calls already, which is the most at a time. Call again in a moment with fewer"
            + " calls at a time.");
  }

  private static Refusal waiting(Reason reason, String message) {
    return new Refusal(reason, null, null, message, SOON);
  }
}
