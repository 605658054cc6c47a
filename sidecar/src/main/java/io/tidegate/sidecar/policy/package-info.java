/**
 * A snapshot made ready to decide with: looked up, parsed and checked once, then only read.
 * Immutable, safe on every thread.\n *\n *
 *
 * <p>In: a {@link io.tidegate.sidecar.config.Snapshot}. Out: a {@link
 * io.tidegate.sidecar.policy.Policy}, or the refusal that\n * names the object. The operator proves
 * every snapshot here before it publishes it.
 */
package io.tidegate.sidecar.policy;
