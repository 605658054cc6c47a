/**
 * How the sidecar comes by its configuration and credentials, and what it tells the operator.
 *
 * <p>In: the operator's stream, and files for the time without it. Out: the {@link
 * io.tidegate.sidecar.policy.Policy} in force ({@link io.tidegate.sidecar.fetch.PolicyHolder}), the
 * credentials ({@link io.tidegate.sidecar.fetch.CredentialStore}), acknowledgements and spend
 * reports. The order of trust is stream, last-known-good file, mounted file; whatever fails its
 * proof leaves the one before in force. Runs on the event loop; files and proofs on a worker.
 */
package io.tidegate.sidecar.fetch;
