/**
 * Money and other limits: reserve before an attempt, settle exactly once after it.
 *
 * <p>In: the policy, the task and the bounds of one attempt. Out: a {@link
 * io.tidegate.sidecar.budget.Reservation} with the output cap that the money covers, or a refusal.
 * All on the event loop; the journal is memory-mapped, so that a write is a copy and survives kill
 * -9.
 */
package io.tidegate.sidecar.budget;
