package io.tidegate.operator.compile;

import io.tidegate.operator.compile.CompiledNamespace.ProvenKey;
import io.tidegate.operator.compile.CompiledNamespace.Refusal;
import io.tidegate.operator.compile.SnapshotAssembler.Parts;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A namespace to the snapshots of its pods, by class of pods. */
final class NamespaceCompiler {
  private final GovernedNamespace namespace;
  private final List<CompiledNamespace> earlier;
  private final FindingLog findings = new FindingLog();
  private final PriceCheck prices = new PriceCheck(findings);
  private final OutputCapCheck outputCaps = new OutputCapCheck();
  private final List<Refusal> refusals = new ArrayList<>();
  private final Map<ProvenKey, WorkloadSnapshot> proofs = new HashMap<>();
  private final Set<ObjectRef> covered = new HashSet<>();
  private final SnapshotAssembler assembler;

  private NamespaceCompiler(GovernedNamespace namespace, List<CompiledNamespace> earlier) {
    this.namespace = namespace;
    this.earlier = earlier;
    this.assembler = new SnapshotAssembler(namespace);
  }

  /**
   * @param earlier whose proofs still hold where the parts are equal; they change nothing else
   */
  static CompiledNamespace compile(GovernedNamespace namespace, List<CompiledNamespace> earlier) {
    return new NamespaceCompiler(namespace, earlier).compile();
  }

  /** The engine's word on a provider that nothing names yet, so that its owner learns of it. */
  static List<Refusal> refusals(CompiledProvider provider) {
    GovernedNamespace nowhere = GovernedNamespace.empty(provider.object().namespace());
    NamespaceCompiler compiler = new NamespaceCompiler(nowhere, List.of());
    compiler.refuse(compiler.publish(SnapshotAssembler.alone(provider)));
    return List.copyOf(compiler.refusals);
  }

  private CompiledNamespace compile() {
    WorkloadClasses classes = new WorkloadClasses(namespace, findings);
    Map<WorkloadClasses.Member, Outcome> done = new HashMap<>();
    Map<String, WorkloadSnapshot> byPod = new HashMap<>();
    Map<String, Unserved> unserved = new HashMap<>();
    for (PodView pod : namespace.pods()) {
      WorkloadClasses.Member member = classes.of(pod);
      switch (done.computeIfAbsent(
          member, any -> publish(assembler.parts(any.pods(), any.profile())))) {
        case Outcome.Proved(WorkloadSnapshot snapshot) -> byPod.put(pod.uid(), snapshot);
        case Outcome.Refused(ObjectRef _, Unserved why) -> unserved.put(pod.uid(), why);
      }
    }
    done.values().forEach(this::refuse);
    new Precedence(findings).report(namespace.name(), namespace.rivals());
    proveUncovered();
    return new CompiledNamespace(
        namespace,
        byPod,
        unserved,
        findings.sorted(),
        outputCaps.uncapped(),
        List.copyOf(refusals),
        proofs);
  }

  /**
   * An object that no pod uses yet is proved too, so that its owner learns before the first pod.
   */
  private void proveUncovered() {
    Parts parts = assembler.everything();
    boolean uncovered =
        Stream.concat(
                parts.routes().stream().map(CompiledRoute::object),
                parts.budgets().stream().map(CompiledBudget::object))
            .anyMatch(
                object -> object.namespace().equals(namespace.name()) && !covered.contains(object));
    // All of them together may be too much, and be what no pod will ever get: nobody is blamed.
    if (uncovered) {
      refuse(publish(parts));
    }
  }

  private Outcome publish(Parts parts) {
    prices.check(parts);
    outputCaps.check(parts);
    parts.routes().forEach(route -> covered.add(route.object()));
    parts.budgets().forEach(budget -> covered.add(budget.object()));
    ProvenKey key = new ProvenKey(assembler.snapshot(parts), SnapshotAssembler.credentials(parts));
    WorkloadSnapshot known = known(key);
    Outcome outcome = known != null ? new Outcome.Proved(known) : prove(key);
    if (outcome instanceof Outcome.Proved(WorkloadSnapshot snapshot)) {
      proofs.put(key, snapshot);
    }
    return outcome;
  }

  private WorkloadSnapshot known(ProvenKey key) {
    WorkloadSnapshot known = proofs.get(key);
    for (int i = 0; i < earlier.size() && known == null; i++) {
      known = earlier.get(i).proofs().get(key);
    }
    return known;
  }

  private static Outcome prove(ProvenKey key) {
    try {
      Policy policy = SnapshotAssembler.prove(key.snapshot());
      return new Outcome.Proved(
          new WorkloadSnapshot(
              policy.version(), policy.canonicalJson(), policy.snapshot(), key.credentials()));
    } catch (SnapshotRefused e) {
      return new Outcome.Refused(e.object(), new Unserved(e.getMessage(), key.snapshot()));
    }
  }

  /** Where no object is to blame, the pods that it is withheld from say so. */
  private void refuse(Outcome outcome) {
    if (outcome instanceof Outcome.Refused(ObjectRef object, Unserved why) && object != null) {
      refusals.add(new Refusal(object, why.reason(), why.sources()));
    }
  }

  private sealed interface Outcome {
    record Proved(WorkloadSnapshot snapshot) implements Outcome {}

    /**
     * @param object whose fault it is; null: of none alone
     */
    record Refused(ObjectRef object, Unserved why) implements Outcome {}
  }
}
