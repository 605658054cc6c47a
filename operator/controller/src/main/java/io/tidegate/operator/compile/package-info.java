/**
 * From resources to configuration. Pure: a {@link io.tidegate.operator.compile.ResourceView} comes
 * in, a {@link io.tidegate.operator.compile.Compilation} goes out, equal views give equal bytes on
 * every replica. No clock, no client, any thread.
 */
package io.tidegate.operator.compile;
