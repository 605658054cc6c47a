package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.policy.Money;

/**
 * What an attempt has cost in the end.
 *
 * @param money exact, or the upper bound where the usage is not known
 * @param tokens input and output
 */
public record Charge(Money money, long tokens) {
  /** The attempt never reached a provider, or the provider refused it. */
  public static final Charge NOTHING = new Charge(Money.ZERO, 0);
}
