package io.tidegate.operator.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a pure function gave, for as long as each compilation asks for the same again. Of one key it
 * may keep several values: a compilation that puts objects aside asks more than once. For one
 * thread at a time.
 */
final class Memo<K, V> {
  private Map<K, List<V>> before = Map.of();
  private Map<K, List<V>> now = new HashMap<>();
  private int computed;

  /** A compilation begins: what the one before it did not ask for is forgotten. */
  void next() {
    before = now;
    now = HashMap.newHashMap(before.size());
    computed = 0;
  }

  /**
   * @param holds whether a value is what would be computed now
   * @param compute gets the values of this key that do not hold any more
   */
  V of(K key, Predicate<V> holds, Function<List<V>, V> compute) {
    List<V> mine = now.computeIfAbsent(key, any -> new ArrayList<>(1));
    for (V value : mine) {
      if (holds.test(value)) {
        return value;
      }
    }
    List<V> old = before.getOrDefault(key, List.of());
    for (V value : old) {
      if (holds.test(value)) {
        mine.add(value);
        return value;
      }
    }
    List<V> known = new ArrayList<>(mine);
    known.addAll(old);
    V value = compute.apply(known);
    computed++;
    mine.add(value);
    return value;
  }

  /** How many values this compilation computed. */
  int computed() {
    return computed;
  }
}
