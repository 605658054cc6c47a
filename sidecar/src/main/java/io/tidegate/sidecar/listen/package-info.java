/**
 * Loopback listener of the applications: HTTP/1.1 and h2c on one port, path to operation. On the
 * event loop.
 */
package io.tidegate.sidecar.listen;
