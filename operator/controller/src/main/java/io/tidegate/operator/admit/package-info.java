/**
 * The admission line: {@code AdmissionEndpoint -> InjectionPolicy -> PodMutator ->
 * InjectionReport}.
 *
 * <p>In: an AdmissionReview of a pod's creation. Out: a JSON patch that puts the sidecar first, or
 * a reason why not; an annotation on the pod, an Event on its owner and a counter say what
 * happened. Everything between the endpoint and the recorder is pure and runs on a worker thread,
 * because a label look-up may have to ask the API server.
 */
package io.tidegate.operator.admit;
