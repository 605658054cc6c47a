package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.policy.Money;
import java.util.List;

/**
 * What one attempt holds until it is settled.
 *
 * @param id unique in this ledger, across restarts
 * @param money upper bound of the attempt's cost; {@link Money#ZERO} where the model has no price
 * @param tokens upper bound of input and output
 * @param outputCap output tokens that the reservation covers, for each answer
 * @param budgets the objects that hold a part of it
 */
public record Reservation(
    long id, Money money, long tokens, long outputCap, List<ObjectRef> budgets) {
  public Reservation {
    budgets = List.copyOf(budgets);
  }
}
