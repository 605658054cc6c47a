/**
 * What the API server has, kept in memory.
 *
 * <p>JOSDK owns the informers of our own kinds; its reconcilers only observe and hand on.
 * Everything else is watched by Fabric8's informers and kept as small projections. Out: a {@link
 * io.tidegate.operator.compile.ResourceView}, and a word whenever something in it changed, on the
 * informers' threads.
 */
package io.tidegate.operator.watch;
