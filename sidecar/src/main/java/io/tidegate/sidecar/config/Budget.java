package io.tidegate.sidecar.config;

import java.util.List;
import java.util.Objects;

/**
 * How much a subject may use for each window.
 *
 * @param object the TenantBudget
 * @param subject which calls count; the parts about namespace and workload were decided by the
 *     compiler
 * @param per the same limits for each value of this field apart; null: one account for all
 * @param minOutputTokens an output cap below this refuses the call instead of sending one that can
 *     only be cut short
 * @param heldBack null, or why the operator could not use the object: a sentence that names field
 *     and next step. Its limits then let nothing through
 */
public record Budget(
    ObjectRef object,
    Subject subject,
    TaskField per,
    List<Limit> limits,
    int minOutputTokens,
    String heldBack) {
  public Budget {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(subject, "subject");
    limits = List.copyOf(limits);
  }

  public Budget(
      ObjectRef object, Subject subject, TaskField per, List<Limit> limits, int minOutputTokens) {
    this(object, subject, per, limits, minOutputTokens, null);
  }

  /** Null parts match every call; {@code model} is the provider's model name of the attempt. */
  public record Subject(
      String tenant, String user, String workflow, String budgetClass, String model) {}

  /**
   * @param name unique in the budget
   * @param amount decimal string: US dollars with at most six places, or a whole number
   * @param window null for {@link Unit#ConcurrentRequests}
   * @param timeZone IANA zone in which the window begins; {@code UTC} if none was said
   */
  public record Limit(String name, Unit unit, String amount, Window window, String timeZone) {
    public Limit {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(unit, "unit");
      Objects.requireNonNull(amount, "amount");
    }
  }

  public enum Unit {
    Usd,
    Tokens,
    Requests,
    ConcurrentRequests
  }

  /** Calendar windows: each begins at the full minute, hour or day of its zone. */
  public enum Window {
    Minute,
    Hour,
    Day
  }
}
