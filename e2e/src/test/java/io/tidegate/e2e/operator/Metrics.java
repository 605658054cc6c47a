package io.tidegate.e2e.operator;

/** Prometheus' text format, read by line. */
final class Metrics {
  private Metrics() {}

  /**
   * The sum of all series that are written like this.
   *
   * @param start the metric's name, and as many labels as the metric is written with from the first
   */
  static double sum(String text, String start) {
    return text.lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** As {@link #sum}, of the series whose labels hold all of these. */
  static double sum(String text, String name, String... labels) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> java.util.Arrays.stream(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
