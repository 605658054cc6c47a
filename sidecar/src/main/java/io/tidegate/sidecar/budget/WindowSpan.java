package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.config.Budget;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * One calendar window.
 *
 * <p>A day runs from one start of day of the zone to the next, so it has 23 or 25 hours where the
 * clocks change. Hours and minutes are those that a wall clock shows; where the clocks change
 * within one (by half an hour, on Lord Howe Island), the change ends it.
 *
 * @param start first second
 * @param end first second after it; {@link Long#MAX_VALUE} where there is no window
 */
public record WindowSpan(long start, long end) {
  /** Concurrency has no window. */
  public static final WindowSpan ALWAYS = new WindowSpan(0, Long.MAX_VALUE);

  public static WindowSpan of(Budget.Window window, ZoneId zone, Instant now) {
    if (window == null) {
      return ALWAYS;
    }
    return switch (window) {
      case Minute -> clock(60, zone.getRules(), now);
      case Hour -> clock(3600, zone.getRules(), now);
      case Day -> day(zone, now);
    };
  }

  boolean endedAt(Instant now) {
    return now.getEpochSecond() >= end;
  }

  /** Null where there is no window. */
  Duration left(Instant now) {
    return end == Long.MAX_VALUE ? null : Duration.between(now, endsAt());
  }

  /** Null likewise. */
  Instant endsAt() {
    return end == Long.MAX_VALUE ? null : Instant.ofEpochSecond(end);
  }

  private static WindowSpan day(ZoneId zone, Instant now) {
    LocalDate date = LocalDateTime.ofInstant(now, zone).toLocalDate();
    return new WindowSpan(
        date.atStartOfDay(zone).toEpochSecond(),
        date.plusDays(1).atStartOfDay(zone).toEpochSecond());
  }

  private static WindowSpan clock(long length, ZoneRules rules, Instant now) {
    long offset = rules.getOffset(now).getTotalSeconds();
    long start = Math.floorDiv(now.getEpochSecond() + offset, length) * length - offset;
    long end = start + length;
    ZoneOffsetTransition before = rules.previousTransition(now.plusNanos(1));
    if (before != null) {
      start = Math.max(start, before.toEpochSecond());
    }
    ZoneOffsetTransition after = rules.nextTransition(now);
    if (after != null) {
      end = Math.min(end, after.toEpochSecond());
    }
    return new WindowSpan(start, end);
  }
}
