/**
 * Runs of the programs as they run in a cluster, for the JVM to learn from.
 *
 * <p>In: a command that starts a program. Out: an ended process, with whatever it wrote at its end.
 * Everything listens on loopback, on free ports, and ends with the run.
 */
package io.tidegate.layers.train;
