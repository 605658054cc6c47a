/**
 * Configuration to sidecars, and their word back.
 *
 * <p>In: compiled snapshots, Secrets and the API server's word on who a sidecar is. Out: one NDJSON
 * stream a sidecar, holding the newest configuration only, and a ledger of which sidecar runs which
 * version. Streams live on event loops; what blocks (TokenReview, pods, Events) runs on virtual
 * threads.
 */
package io.tidegate.operator.serve;
