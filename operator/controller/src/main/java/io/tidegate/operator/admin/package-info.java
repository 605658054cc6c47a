/**
 * Health, readiness and Prometheus metrics on the operator's plain port.
 *
 * <p>In: the state of the other stages, as suppliers and meters. Out: HTTP answers, on an event
 * loop.
 */
package io.tidegate.operator.admin;
