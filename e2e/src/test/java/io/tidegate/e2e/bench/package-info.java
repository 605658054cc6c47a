/**
 * What sidecar and operator cost, measured by hand.
 *
 * <p>The sidecar is measured ({@code e2e/bench/run}) beside nginx as a plain proxy and beside no
 * proxy at all, in turns within one run, so that ratios hold while the machine's speed drifts.
 *
 * <p>{@link io.tidegate.e2e.bench.GarbageBench} ({@code e2e/bench/garbage}) measures what the
 * machine's load cannot blur: the bytes that a call allocates.
 *
 * <p>{@link io.tidegate.e2e.bench.CompileBench} ({@code e2e/bench/compile}) measures the operator's
 * compilation of a large cluster.
 *
 * <p>In: nothing. Out: a table on standard output. Each proxy is a process of its own on one core;
 * far end and load share the other.
 */
package io.tidegate.e2e.bench;
