/**
 * A Kubernetes API for one process: Fabric8's mock server as the store, and before it what our line
 * needs and the mock lacks. In: HTTP requests of a Kubernetes client on loopback, with a bearer
 * token. Out: the API server's answers and watches. Requests run on virtual threads, watches on the
 * event loop of {@link io.tidegate.cli.embedded.ApiListener}.
 *
 * <p>Stages of a write, one type each: {@code ApiListener -> ApiRequests -> WriteLine (patch, name,
 * defaults, schema, CEL) -> PodAdmission (webhook) -> ObjectStore}. It claims no more than that: no
 * server-side apply, no strategic merge, no RBAC, no field managers, no resuming of watches; and a
 * number that is written as {@code 1e3} passes CEL here, where a server calls it no integer.
 */
package io.tidegate.cli.embedded;
