/**
 * The configuration contract between operator and sidecar, and how a sidecar comes by it.
 *
 * <p>In: canonical JSON from the stream, from the last-known-good file or from a mounted file. Out:
 * a {@link io.tidegate.sidecar.config.Snapshot}. The records are shared with the operator, which
 * writes them; nothing here knows Kubernetes. The records are immutable and safe on every thread.
 */
package io.tidegate.sidecar.config;
