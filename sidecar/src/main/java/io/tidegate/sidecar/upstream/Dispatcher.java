package io.tidegate.sidecar.upstream;

import io.tidegate.sidecar.budget.BudgetGate;
import io.tidegate.sidecar.budget.BudgetSettler;
import io.tidegate.sidecar.policy.ProviderKeys;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Sends calls to providers, attempt by attempt. On one event loop.
 *
 * @param pool connections
 * @param gate asked before each attempt
 * @param settler told after each attempt
 * @param keys asked before each attempt
 * @param random jitter of the backoff
 */
public record Dispatcher(
    Vertx vertx,
    UpstreamPool pool,
    BudgetGate gate,
    BudgetSettler settler,
    ProviderKeys keys,
    InstantSource clock,
    RandomGenerator random) {

  /** Begins; the listener may be told before this returns. */
  public Dispatch begin(Outbound call, Dispatch.Listener listener) {
    return new Dispatch(this, call, listener);
  }
}
