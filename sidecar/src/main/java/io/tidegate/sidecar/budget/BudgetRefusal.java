package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.dialect.ChatRequest;
import io.tidegate.sidecar.policy.BudgetLimit;
import io.tidegate.sidecar.policy.Money;
import io.tidegate.sidecar.policy.ServingProvider;
import java.time.Duration;
import java.util.List;

/** Why a budget refuses, in words that name the object, the limit and the next step. */
final class BudgetRefusal {
  /** Another call may end at any moment; nobody knows when. */
  private static final Duration WHEN_ANOTHER_ENDS = Duration.ofSeconds(1);

  private BudgetRefusal() {}

  /** An output cap below this is not worth sending. A caller who wants less gets less. */
  static long leastOutput(AppliedLimit applied, AttemptBound bound) {
    return Math.min(Math.max(1, applied.budget().minOutputTokens()), bound.requestedCap());
  }

  /** Null if an upper bound of the attempt can be proven under this limit. */
  static Refusal unprovable(
      AppliedLimit applied,
      ServingProvider provider,
      String model,
      AttemptBound bound,
      ChatRequest request) {
    if (request.unbounded() != null) {
      return by(
          Reason.UNBOUNDED_CONTENT,
          applied,
          request.unbounded()
              + " has no provable number of tokens, which "
              + at(applied)
              + " demands. Send the content as text, or use a workflow without that budget.");
    }
    if (applied.limit().unit() == Budget.Unit.Usd && bound.price() == null) {
      return by(
          Reason.MODEL_UNPRICED,
          applied,
          provider.object()
              + ": spec.models["
              + model
              + "].price is missing, and "
              + at(applied)
              + " counts money. Ask the platform team to give the model a price.");
    }
    return null;
  }

  /**
   * @param first the limit that lacks room
   * @param all the limits of the attempt: it can succeed when the last of those that lack room has
   *     begun anew
   */
  static Refusal exhausted(
      AppliedLimit first, List<AppliedLimit> all, AttemptBound bound, Ledger ledger) {
    if (first.budget().heldBack() != null) {
      return Refusal.by(
          Reason.BUDGET_HELD_BACK,
          first.budget().object(),
          null,
          first.budget().object()
              + " would count this call, and its limits cannot be read: "
              + first.budget().object().after(first.budget().heldBack()));
    }
    Ledger.Standing standing = ledger.standing(first.account());
    Duration retryAfter = retryAfter(all, bound, ledger);
    BudgetLimit limit = first.limit();
    StringBuilder text = new StringBuilder(at(first));
    text.append(" has ").append(amount(limit.unit(), standing.remaining()));
    text.append(" left of ").append(amount(limit.unit(), limit.amount()));
    if (first.countsTokens()) {
      long least = leastOutput(first, bound);
      text.append(", and this call needs up to ");
      text.append(amount(limit.unit(), bound.amount(limit.unit(), least)));
      text.append(" for its input and ").append(least).append(" output tokens, ");
      text.append(
          least < first.budget().minOutputTokens()
              ? "all that it asks for"
              : "the least worth beginning (spec.minOutputTokens)");
    }
    text.append(". ");
    if (first.countsTokens() && standing.reserved() > 0) {
      text.append(amount(limit.unit(), standing.reserved()));
      text.append(
          " more is held by calls under way: one that bounds its output neither itself nor");
      text.append(" by its model's spec.models[].maxOutputTokens holds all that is left until it");
      text.append(" ends. ");
    }
    if (standing.resetsIn() != null) {
      text.append("It resets at ").append(standing.resetsAt());
      text.append(", in ").append(Wait.text(standing.resetsIn())).append(". ");
    }
    text.append(nextStep(limit, retryAfter, standing));
    return new Refusal(
        reason(limit.unit()), first.budget().object(), limit.name(), text.toString(), retryAfter);
  }

  static Refusal unavailable(AppliedLimit applied, Ledger.Answer.Unavailable down) {
    return by(
        Reason.LEDGER_UNAVAILABLE,
        applied,
        applied.budget().object() + " applies, and its spending cannot be recorded: " + down.why());
  }

  private static Duration retryAfter(List<AppliedLimit> all, AttemptBound bound, Ledger ledger) {
    Duration longest = Duration.ZERO;
    for (AppliedLimit applied : all) {
      Ledger.Standing standing = ledger.standing(applied.account());
      if (fits(applied, bound, standing.remaining())) {
        continue;
      }
      if (!fits(applied, bound, applied.limit().amount())) {
        return null;
      }
      boolean anotherMayFreeIt =
          standing.resetsIn() == null
              || applied.countsTokens()
                  && fits(applied, bound, standing.remaining() + standing.reserved());
      Duration wait = anotherMayFreeIt ? WHEN_ANOTHER_ENDS : standing.resetsIn();
      longest = wait.compareTo(longest) > 0 ? wait : longest;
    }
    return longest.isZero() ? WHEN_ANOTHER_ENDS : longest;
  }

  private static boolean fits(AppliedLimit applied, AttemptBound bound, long remaining) {
    return applied.countsTokens()
        ? bound.covered(applied.limit().unit(), remaining) >= leastOutput(applied, bound)
        : remaining >= 1;
  }

  private static String nextStep(BudgetLimit limit, Duration retryAfter, Ledger.Standing standing) {
    if (retryAfter == null) {
      return limit.unit() == Budget.Unit.Usd || limit.unit() == Budget.Unit.Tokens
          ? "Even a fresh window is too small: shorten the input, ask for less output, or ask for"
              + " a higher limit."
          : "The limit admits no call at all: ask the platform team to raise it.";
    }
    String wait = Wait.text(retryAfter);
    boolean then = standing.resetsIn() != null && wait.equals(Wait.text(standing.resetsIn()));
    return "Retry "
        + (then ? "then" : "in " + wait)
        + ", or ask the platform team to raise the limit.";
  }

  private static Reason reason(Budget.Unit unit) {
    return switch (unit) {
      case Usd, Tokens -> Reason.BUDGET_EXHAUSTED;
      case Requests -> Reason.REQUEST_RATE_EXHAUSTED;
      case ConcurrentRequests -> Reason.CONCURRENCY_EXHAUSTED;
    };
  }

  private static String amount(Budget.Unit unit, long amount) {
    return switch (unit) {
      case Usd -> new Money(amount).toString();
      case Tokens -> amount + " tokens";
      case Requests -> amount + " requests";
      case ConcurrentRequests -> amount + " concurrent requests";
    };
  }

  private static String at(AppliedLimit applied) {
    return applied.budget().object() + ": spec.limits[" + applied.limit().name() + "]";
  }

  private static Refusal by(Reason reason, AppliedLimit applied, String message) {
    return Refusal.by(reason, applied.budget().object(), applied.limit().name(), message);
  }
}
