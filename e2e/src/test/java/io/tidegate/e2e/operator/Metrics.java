package io.tidegate.e2e.operator;

import java.util.Arrays;
import java.util.stream.Stream;

/** Prometheus' text format, read by line. */
public final class Metrics {
  private Metrics() {}

  /**
   * The sum of all series that are written like this.
   *
   * @param start the metric's name, and as many labels as the metric is written with from the first
   */
  public static double sum(String text, String start) {
    return sum(text.lines().filter(line -> line.startsWith(start)));
  }

  /** As {@link #sum}, of the series whose labels hold all of these. */
  static double sum(String text, String name, String... labels) {
    return sum(
        text.lines()
            .filter(line -> line.startsWith(name + "{"))
            .filter(line -> Arrays.stream(labels).allMatch(line::contains)));
  }

  private static double sum(Stream<String> lines) {
    return lines
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
