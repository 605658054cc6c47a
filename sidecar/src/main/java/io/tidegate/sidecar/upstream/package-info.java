/**
 * Attempts: encode, reserve, send; retry and fallback until the first byte has reached the client.
 * On the event loop.
 */
package io.tidegate.sidecar.upstream;
