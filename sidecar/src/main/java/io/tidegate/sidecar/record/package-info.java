/** One event, metrics and spend figures of each finished call, on a thread of its own. */
package io.tidegate.sidecar.record;
