package io.tidegate.sidecar.budget;

/**
 * Settles each attempt exactly once, whatever happened to it. The first settlement of a reservation
 * counts; the ledger ignores and reports a second.
 */
public final class BudgetSettler {
  private final Ledger ledger;

  public BudgetSettler(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * @param charge {@link Charge#NOTHING} where the attempt surely cost nothing, {@link Charge#of}
   *     with the provider's usage, {@link Charge#brokenOff} where only its start is known, {@link
   *     Charge#upperBound} where nothing is
   */
  public void settle(Reservation reservation, Charge charge) {
    if (reservation.id() != Reservation.NOTHING_HELD) {
      ledger.settle(reservation.id(), charge);
    }
  }
}
