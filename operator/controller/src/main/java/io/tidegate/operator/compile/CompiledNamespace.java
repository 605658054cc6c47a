package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import java.util.List;
import java.util.Map;

/**
 * What became of one namespace.
 *
 * @param from all that it was made from
 * @param byPod uid to configuration
 * @param unserved uid to why the pod gets nothing new
 * @param uncapped a notice that other namespaces may bring too, of which one is enough
 * @param refusals what the engine will not run
 * @param proofs every snapshot that was proved for it
 */
record CompiledNamespace(
    GovernedNamespace from,
    Map<String, WorkloadSnapshot> byPod,
    Map<String, Unserved> unserved,
    List<Finding> findings,
    Map<OutputCapCheck.Uncapped, Finding> uncapped,
    List<Refusal> refusals,
    Map<ProvenKey, WorkloadSnapshot> proofs) {

  /** A proof holds for equal parts. */
  record ProvenKey(Snapshot snapshot, Map<String, WorkloadSnapshot.SecretKey> credentials) {}

  /**
   * @param object whose fault it is
   * @param sources every object that took part
   */
  record Refusal(ObjectRef object, String message, List<ObjectRef> sources) {}
}
