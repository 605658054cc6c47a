package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.policy.Money;
import java.util.List;

/**
 * What one attempt holds until it is settled.
 *
 * @param id unique in this ledger, across restarts; {@link #NOTHING_HELD} where no limit applies
 * @param money upper bound of the attempt's cost; {@link Money#ZERO} where the model has no price
 * @param tokens upper bound of input and output; of the input alone where {@code outputCap} is -1
 * @param inputTokens upper bound of the input
 * @param outputCap output tokens that the reservation covers, for each answer: to be written into
 *     the request; -1: nothing caps the output
 * @param budgets the objects that hold a part of it
 */
public record Reservation(
    long id, Money money, long tokens, long inputTokens, long outputCap, List<ObjectRef> budgets) {
  /** Id of a reservation that no budget holds; settling it does nothing. */
  public static final long NOTHING_HELD = 0;

  public Reservation {
    budgets = List.copyOf(budgets);
  }
}
