/**
 * One event and the metrics of each call, on every way out.
 *
 * <p>In: a finished {@link io.tidegate.sidecar.record.CallEvent}, handed over by the event loop.
 * Out: one JSON line and updated meters, on the recorder's own thread. The event loop only puts a
 * value into a bounded queue.
 */
package io.tidegate.sidecar.record;
