/**
 * The operator: custom resources in, governed pods and running configuration out.
 *
 * <p>{@link io.tidegate.operator.Operator} wires the stages by hand and is usable as a library;
 * {@link io.tidegate.operator.OperatorSettings} is everything that can be said to it from outside.
 */
package io.tidegate.operator;
