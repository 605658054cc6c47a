package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.Policy;
import io.tidegate.sidecar.policy.ServingProvider;
import io.tidegate.sidecar.policy.ServingProvider.ServingModel;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Reserves what one attempt can cost at most, before it leaves.
 *
 * <p>The input is bounded by the request's proven bound at the dearest input price, the output by
 * the strictest of all caps, the money's own included. So the sum of all that is spent and in
 * flight never passes a limit, whatever the provider reports within these bounds.
 */
public final class BudgetGate {
  private final Ledger ledger;

  public BudgetGate(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * For an attempt that tokens are paid for.
   *
   * @param model null where the provider has no such model (calls passed through unmatched)
   * @param request as it will leave: with the prompt's messages already in it
   * @param wantedCap the strictest output cap of route and prompt for each answer; -1: none. The
   *     caller's own and the model's are known here
   */
  public Future<Admission> admit(
      Policy policy,
      Task task,
      ServingProvider provider,
      ServingModel model,
      ChatRequest request,
      long wantedCap) {
    String name = model == null ? request.model() : model.config().name();
    List<AppliedLimit> limits = AppliedLimit.of(policy, task, name);
    AttemptBound bound = bound(model, request, wantedCap);
    long cap = bound.requestedCap();
    for (AppliedLimit applied : limits) {
      if (!applied.countsTokens()) {
        continue;
      }
      Refusal impossible = BudgetRefusal.unprovable(applied, provider, name, bound, request);
      if (impossible != null) {
        return denied(impossible);
      }
      long remaining = ledger.standing(applied.account()).remaining();
      long covered = bound.covered(applied.limit().unit(), remaining);
      if (covered < BudgetRefusal.leastOutput(applied, bound)) {
        return denied(BudgetRefusal.exhausted(applied, limits, bound, ledger));
      }
      cap = Math.min(cap, covered);
    }
    return reserve(limits, bound, cap);
  }

  /**
   * For an attempt that costs no tokens, such as counting them: limits of requests and concurrency
   * alone.
   *
   * @param model the provider's name of the model
   */
  public Future<Admission> admitUnpaid(Policy policy, Task task, String model) {
    List<AppliedLimit> limits = new ArrayList<>(AppliedLimit.of(policy, task, model));
    limits.removeIf(AppliedLimit::countsTokens);
    return reserve(limits, new AttemptBound(0, 1, null, AttemptBound.NO_CAP), AttemptBound.NO_CAP);
  }

  private Future<Admission> reserve(List<AppliedLimit> limits, AttemptBound bound, long cap) {
    if (limits.isEmpty()) {
      return granted(Reservation.NOTHING_HELD, limits, bound, cap);
    }
    List<Ledger.Part> parts = new ArrayList<>(limits.size());
    for (AppliedLimit applied : limits) {
      parts.add(new Ledger.Part(applied.account(), bound.amount(applied.limit().unit(), cap)));
    }
    return ledger
        .reserve(parts)
        .compose(
            answer ->
                switch (answer) {
                  case Ledger.Answer.Taken taken ->
                      granted(taken.reservationId(), limits, bound, cap);
                  case Ledger.Answer.Short missing ->
                      denied(
                          BudgetRefusal.exhausted(
                              find(limits, missing.account()), limits, bound, ledger));
                  case Ledger.Answer.Unavailable down ->
                      denied(BudgetRefusal.unavailable(limits.getFirst(), down));
                });
  }

  private static AttemptBound bound(ServingModel model, ChatRequest request, long wantedCap) {
    long cap = AttemptBound.NO_CAP;
    if (request.outputCap() >= 0) {
      cap = request.outputCap();
    }
    if (wantedCap >= 0) {
      cap = Math.min(cap, wantedCap);
    }
    if (model != null && model.config().maxOutputTokens() != null) {
      cap = Math.min(cap, model.config().maxOutputTokens());
    }
    return new AttemptBound(
        request.inputBoundTokens(),
        Math.max(1, request.answers()),
        model == null ? null : model.price(),
        cap);
  }

  private static AppliedLimit find(List<AppliedLimit> limits, Ledger.Account account) {
    for (AppliedLimit applied : limits) {
      if (applied.account().equals(account)) {
        return applied;
      }
    }
    throw new IllegalStateException("the ledger names an account that nobody asked for");
  }

  private static Future<Admission> granted(
      long id, List<AppliedLimit> limits, AttemptBound bound, long cap) {
    List<ObjectRef> budgets =
        limits.isEmpty()
            ? List.of()
            : limits.stream().map(l -> l.budget().object()).distinct().toList();
    Money money = bound.money(cap);
    long written = cap == AttemptBound.NO_CAP ? -1 : cap;
    return Future.succeededFuture(
        new Admission.Granted(
            new Reservation(id, money, bound.tokens(cap), bound.inputTokens(), written, budgets)));
  }

  private static Future<Admission> denied(Refusal refusal) {
    return Future.succeededFuture(new Admission.Denied(refusal));
  }
}
