package io.tidegate.sidecar.policy;

import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SnapshotRefused;
import java.time.DateTimeException;
import java.time.ZoneId;

/**
 * One limit of a budget in countable units.
 *
 * @param amount picodollars for {@link Budget.Unit#Usd}, else a count
 * @param zone in which the window begins
 */
public record BudgetLimit(
    String name, Budget.Unit unit, long amount, Budget.Window window, ZoneId zone) {
  static BudgetLimit of(ObjectRef object, Budget.Limit limit) throws SnapshotRefused {
    String at = object + ": spec.limits[" + limit.name() + "]";
    long amount;
    try {
      amount =
          limit.unit() == Budget.Unit.Usd
              ? Money.ofUsd(limit.amount()).picoUsd()
              : Long.parseLong(limit.amount());
    } catch (NumberFormatException | ArithmeticException e) {
      throw new SnapshotRefused(object, at + ": '" + limit.amount() + "' is no amount");
    }
    if (amount < 0) {
      throw new SnapshotRefused(object, at + ": the amount must not be negative");
    }
    boolean windowed = limit.unit() != Budget.Unit.ConcurrentRequests;
    if (windowed != (limit.window() != null)) {
      throw new SnapshotRefused(
          object,
          at + (windowed ? ".window is missing" : ".window has no meaning for concurrentRequests"));
    }
    try {
      ZoneId zone = ZoneId.of(limit.timeZone() == null ? "UTC" : limit.timeZone());
      return new BudgetLimit(limit.name(), limit.unit(), amount, limit.window(), zone);
    } catch (DateTimeException e) {
      throw new SnapshotRefused(
          object, at + ".timeZone '" + limit.timeZone() + "' is no IANA time zone");
    }
  }
}
