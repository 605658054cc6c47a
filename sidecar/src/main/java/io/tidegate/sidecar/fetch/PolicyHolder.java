package io.tidegate.sidecar.fetch;

import io.tidegate.sidecar.policy.Policy;
import java.time.Instant;

/**
 * The policy in force: one reference, swapped whole. A call takes it once, at arrival. Safe on
 * every thread.
 */
public final class PolicyHolder {
  private volatile Held held;

  /** Null before the first configuration. */
  public Policy current() {
    Held now = held;
    return now == null ? null : now.policy();
  }

  /** The policy and where it came from; null before the first configuration. */
  public Held held() {
    return held;
  }

  void adopt(Policy policy, Origin origin, Instant now) {
    held = new Held(policy, origin, now);
  }

  /**
   * @param since when it came into force in this process
   */
  public record Held(Policy policy, Origin origin, Instant since) {}
}
