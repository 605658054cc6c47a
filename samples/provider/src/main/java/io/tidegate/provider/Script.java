package io.tidegate.provider;

import io.vertx.core.MultiMap;
import java.util.Set;

/**
 * How one call is to be answered, from its {@code x-sample-*} headers.
 *
 * @param behaviours what goes wrong
 * @param usageFactor input tokens reported are this many times those counted
 * @param outputTokens length of the answer; 0: as it comes
 * @param reasoningTokens of the output, not shown
 * @param cacheReadTokens of the input
 * @param cacheWriteTokens of the input
 * @param firstTokenMillis before the first event, or the unary head
 * @param delayMillis between two events
 */
record Script(
    Set<Behaviour> behaviours,
    double usageFactor,
    int outputTokens,
    int reasoningTokens,
    int cacheReadTokens,
    int cacheWriteTokens,
    long firstTokenMillis,
    long delayMillis) {

  private static final int SLOW_MILLIS = 100;
  private static final int MOST_TOKENS = 1_000_000;

  /**
   * Reads the headers.
   *
   * @throws CallRefused on a header that is no number
   */
  static Script of(MultiMap headers, String model) throws CallRefused {
    Set<Behaviour> behaviours = Behaviour.of(headers.get("x-sample-behaviour"), model);
    boolean slow = behaviours.contains(Behaviour.SLOW);
    return new Script(
        behaviours,
        number(headers, "x-sample-usage-factor", 1.0),
        (int) number(headers, "x-sample-output-tokens", 0),
        (int) number(headers, "x-sample-reasoning-tokens", 0),
        (int) number(headers, "x-sample-cache-read-tokens", 0),
        (int) number(headers, "x-sample-cache-write-tokens", 0),
        (long) number(headers, "x-sample-first-token-millis", slow ? SLOW_MILLIS : 0),
        (long) number(headers, "x-sample-delay-millis", slow ? SLOW_MILLIS : 0));
  }

  boolean has(Behaviour behaviour) {
    return behaviours.contains(behaviour);
  }

  private static double number(MultiMap headers, String name, double absent) throws CallRefused {
    String value = headers.get(name);
    if (value == null) {
      return absent;
    }
    try {
      double number = Double.parseDouble(value);
      if (number >= 0 && number <= MOST_TOKENS) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CallRefused(400, "header " + name + " is no number: " + value, e);
    }
    throw new CallRefused(400, "header " + name + " is out of bounds: " + value, null);
  }
}
