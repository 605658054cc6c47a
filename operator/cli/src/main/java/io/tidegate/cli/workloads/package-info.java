/**
 * The least of a cluster's workload controllers: Deployments, StatefulSets, Jobs and ReplicaSets
 * become pods, through the API and its admission. In: what the API holds. Out: pods created and
 * deleted, status of their owners. Level-based, on one thread; used only where the API has no
 * controllers of its own.
 */
package io.tidegate.cli.workloads;
