/**
 * Client bytes to a {@link io.tidegate.sidecar.dialect.ChatRequest}, declared edits back to bytes,
 * refusals and usage in each\n * wire format. Pure: values in, values out, no I/O.
 */
package io.tidegate.sidecar.dialect;
