package io.tidegate.sidecar.record;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Meters by their labels, looked up without the registry's work. Bounded: labels come from
 * configuration, but configurations come and go; beyond the bound all share one meter.
 */
final class MeterCache<K, M> {
  static final int MAX = 2000;
  private final Map<K, M> meters = new HashMap<>();
  private final Function<K, M> make;
  private final K others;

  MeterCache(Function<K, M> make, K others) {
    this.make = make;
    this.others = others;
  }

  M get(K key) {
    M meter = meters.get(key);
    if (meter != null) {
      return meter;
    }
    return meters.computeIfAbsent(meters.size() < MAX ? key : others, make);
  }
}
