/**
 * Targets for Jazzer (github.com/CodeIntelligenceTesting/jazzer): what reads bytes from outside,
 * given bytes that coverage guides. {@link io.tidegate.e2e.fuzz.FuzzIT} runs each for some seconds;
 * {@code -Dtidegate.fuzz.seconds=600} for longer.
 */
package io.tidegate.e2e.fuzz;
