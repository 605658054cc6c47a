package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.call.Refusal;

/** What the budgets say to one attempt. */
public sealed interface Admission {
  /** The attempt may leave, with the reservation's output cap; it must be settled exactly once. */
  record Granted(Reservation reservation) implements Admission {}

  /** The attempt must not leave; nothing is held. */
  record Denied(Refusal refusal) implements Admission {}
}
