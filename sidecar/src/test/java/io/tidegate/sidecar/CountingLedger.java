package io.tidegate.sidecar;

import io.tidegate.sidecar.budget.Charge;
import io.tidegate.sidecar.budget.Ledger;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts how often each reservation is settled. */
final class CountingLedger implements Ledger {
  final Map<Long, Integer> settlements = new ConcurrentHashMap<>();
  final Map<Long, Charge> charges = new ConcurrentHashMap<>();
  private final Ledger ledger;

  CountingLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Future<Answer> reserve(List<Part> parts) {
    return ledger
        .reserve(parts)
        .onSuccess(
            answer -> {
              if (answer instanceof Answer.Taken taken) {
                settlements.put(taken.reservationId(), 0);
              }
            });
  }

  @Override
  public void settle(long reservationId, Charge charge) {
    settlements.merge(reservationId, 1, Integer::sum);
    charges.put(reservationId, charge);
    ledger.settle(reservationId, charge);
  }

  @Override
  public Standing standing(Account account) {
    return ledger.standing(account);
  }
}
