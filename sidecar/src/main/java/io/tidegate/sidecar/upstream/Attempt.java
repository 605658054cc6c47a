package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.budget.BudgetSettler;
import io.tidegate.sidecar.budget.Charge;
import io.tidegate.sidecar.budget.Reservation;
import io.tidegate.sidecar.policy.Price;
import io.tidegate.sidecar.policy.Usage;
import io.tidegate.sidecar.route.PlannedTarget;

/**
 * One try on one target. It holds a reservation from the moment it exists, and settles it exactly
 * once: whoever ends the attempt first decides the charge.
 */
public final class Attempt {
  private final PlannedTarget target;
  private final Reservation reservation;
  private final BudgetSettler settler;
  private final boolean paid;
  private Exchange exchange;
  private Exchange.Head head;
  private boolean refusedInItsStream;
  private Charge charge;

  Attempt(PlannedTarget target, Reservation reservation, BudgetSettler settler, boolean paid) {
    this.target = target;
    this.reservation = reservation;
    this.settler = settler;
    this.paid = paid;
  }

  void on(Exchange opened) {
    exchange = opened;
  }

  void answered(Exchange.Head answer) {
    head = answer;
  }

  /** The answer is a stream of one error: the provider did no work. */
  void refusedInItsStream() {
    refusedInItsStream = true;
  }

  public PlannedTarget target() {
    return target;
  }

  public Reservation reservation() {
    return reservation;
  }

  public Exchange exchange() {
    return exchange;
  }

  /** The provider's status; 0 if no answer came. */
  public int status() {
    return head == null ? 0 : head.status();
  }

  /** Null while the attempt runs. */
  public Charge charge() {
    return charge;
  }

  /**
   * The attempt is over. Later calls change nothing.
   *
   * @param usage what the provider has reported; null: nothing
   * @param whole whether the answer came to its own end, so that the usage is final
   */
  public void over(Usage usage, boolean whole) {
    if (charge != null) {
      return;
    }
    charge = due(usage, whole);
    settler.settle(reservation, charge);
  }

  private Charge due(Usage usage, boolean whole) {
    boolean refusedThere = head != null && (!head.isSuccess() || refusedInItsStream);
    if (!paid || exchange == null || !exchange.sent() || refusedThere) {
      return Charge.NOTHING;
    }
    Price price = target.model() == null ? null : target.model().price();
    if (usage == null) {
      return Charge.upperBound(reservation);
    }
    return whole
        ? Charge.of(reservation, price, usage)
        : Charge.brokenOff(reservation, price, usage);
  }
}
