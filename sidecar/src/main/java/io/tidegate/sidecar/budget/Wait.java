package io.tidegate.sidecar.budget;

import java.time.Duration;

/** A duration as a person says it: two units at most, such as {@code 20 h 38 min}. */
final class Wait {
  private Wait() {}

  /** At least {@code 1 s}; part of a second counts as one, part of a later unit is left out. */
  static String text(Duration duration) {
    long seconds = Math.max(1, duration.plusMillis(999).toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? two(seconds / 60, "min", seconds % 60, "s")
        : two(seconds / 3600, "h", seconds % 3600 / 60, "min");
  }

  private static String two(long large, String unit, long small, String smaller) {
    return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smaller;
  }
}
