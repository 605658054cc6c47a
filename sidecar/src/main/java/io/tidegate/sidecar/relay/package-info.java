/** The answer on its way back: whole events, back-pressure, usage, time-outs. On the event loop. */
package io.tidegate.sidecar.relay;
