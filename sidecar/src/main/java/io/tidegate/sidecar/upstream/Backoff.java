package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.config.Route;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.random.RandomGenerator;

/**
 * When the next try on the same target may start: exponential with full jitter (each wait is drawn
 * evenly from zero to the bound, which doubles), never before the time that the provider asked for
 * in {@code retry-after-ms} or {@code Retry-After} (RFC 9110, section 10.2.3).
 */
final class Backoff {
  private final InstantSource clock;
  private final RandomGenerator random;

  Backoff(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * @param tries how many were made on this target, at least 1
   * @param answer headers of the failed try's answer; null if none came
   * @return null: no further try on this target
   */
  Duration before(Route.Retry retry, int tries, MultiMap answer) {
    if (retry == null || tries > retry.attempts()) {
      return null;
    }
    if (answer != null && "false".equalsIgnoreCase(answer.get("x-should-retry"))) {
      return null;
    }
    Duration asked = answer == null ? null : asked(answer);
    if (asked != null) {
      return asked.toMillis() > retry.maxBackoffMillis() ? null : asked;
    }
    int doublings = Math.min(tries - 1, 30);
    long bound = Math.min(retry.maxBackoffMillis(), retry.backoffMillis() << doublings);
    return Duration.ofMillis(bound <= 0 ? 0 : random.nextLong(bound + 1));
  }

  /** Null if the provider asked for nothing, or in no form that is known. */
  Duration asked(MultiMap answer) {
    String millis = answer.get("retry-after-ms");
    String seconds = answer.get("retry-after");
    try {
      if (millis != null) {
        return atLeastZero(Duration.ofNanos((long) (Double.parseDouble(millis) * 1e6)));
      }
      if (seconds != null && !seconds.isBlank()) {
        return Character.isLetter(seconds.charAt(0))
            ? atLeastZero(
                Duration.between(
                    clock.instant(),
                    ZonedDateTime.parse(seconds, DateTimeFormatter.RFC_1123_DATE_TIME)))
            : atLeastZero(Duration.ofNanos((long) (Double.parseDouble(seconds) * 1e9)));
      }
      return null;
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  private static Duration atLeastZero(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
