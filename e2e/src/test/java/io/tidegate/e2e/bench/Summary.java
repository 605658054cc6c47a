package io.tidegate.e2e.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sidecar's CPU against nginx's: each round's ratio, and of those the median. */
final class Summary {
  private final Map<String, List<Double>> ratios = new LinkedHashMap<>();
  private final Map<String, List<Double>> settled = new LinkedHashMap<>();
  private final Map<String, List<Double>> garbage = new LinkedHashMap<>();

  /** One round of one load, in microseconds of CPU each. */
  void add(String load, double nginx, double tidegate, double withoutCompiler, double bytes) {
    put(ratios, load, tidegate / nginx);
    put(settled, load, withoutCompiler / nginx);
    put(garbage, load, bytes);
  }

  void print() {
    ratios.forEach(
        (load, values) ->
            System.out.printf(
                Locale.ROOT,
                "%s: %.2f x nginx's CPU (without the compiler %.2f), %.0f bytes of garbage each;"
                    + " median of %d%n",
                load,
                median(values),
                median(settled.get(load)),
                median(garbage.get(load)),
                values.size()));
  }

  private static void put(Map<String, List<Double>> to, String load, double value) {
    to.computeIfAbsent(load, l -> new ArrayList<>()).add(value);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
