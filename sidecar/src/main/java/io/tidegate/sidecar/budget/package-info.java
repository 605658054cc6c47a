/**
 * Money and other limits: reserve before an attempt, settle exactly once after it. All on the event
 * loop; the journal is\n * memory-mapped, so that a write is a copy and survives kill -9.
 */
package io.tidegate.sidecar.budget;
