package io.tidegate.operator.compile;

import io.tidegate.api.ModelRoute;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.compile.ResourceView.ObjectKey;
import io.tidegate.operator.compile.SnapshotAssembler.Parts;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotRefused;
import io.tidegate.sidecar.policy.Policy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One run over a view, with the objects that the engine rejected in an earlier run put aside:
 * objects first, each by itself, then snapshots by class of pods.
 */
final class CompilePass {
  private final ResourceView view;
  private final Map<ObjectRef, String> rejected;
  private final Map<ProvenKey, WorkloadSnapshot> alreadyProven;
  private final FindingLog findings = new FindingLog();
  private final Map<ObjectRef, String> newlyRejected = new TreeMap<>();
  private final Map<ProvenKey, WorkloadSnapshot> proven = new HashMap<>();
  private final Map<String, WorkloadSnapshot> byPod = new HashMap<>();
  private final Set<ObjectRef> covered = new HashSet<>();
  private final PriceCheck prices = new PriceCheck(findings);
  private final OutputCapCheck outputCaps = new OutputCapCheck(findings);
  private final Map<ObjectKey, CompiledProvider> providers;
  private final WorkloadClasses classes;
  private final Governance governance;
  private final SnapshotAssembler assembler;

  /** A proof holds for equal parts. */
  record ProvenKey(Snapshot snapshot, Map<String, WorkloadSnapshot.SecretKey> credentials) {}

  CompilePass(
      ResourceView view,
      Map<ObjectRef, String> rejected,
      Map<ProvenKey, WorkloadSnapshot> alreadyProven) {
    this.view = view;
    this.rejected = rejected;
    this.alreadyProven = alreadyProven;
    ViewIndex index = new ViewIndex(view);
    String operator = view.operatorNamespace();
    providers =
        ViewIndex.byKey(
            view.providers(), new ProviderCompiler(view, rejected, findings).kind()::compile);
    Map<ObjectKey, CompiledPrompt> prompts =
        ViewIndex.byKey(view.prompts(), new PromptCompiler(rejected, findings).kind()::compile);
    Map<ObjectKey, CompiledProfile> profiles =
        ViewIndex.byKey(
            view.profiles(),
            new ProfileCompiler(index, providers, rejected, findings).kind()::compile);
    KindCompiler<ModelRoute, CompiledRoute> routes =
        new RouteCompiler(index, operator, providers, prompts, rejected, findings).kind();
    KindCompiler<TenantBudget, CompiledBudget> budgets =
        new BudgetCompiler(operator, rejected, findings).kind();
    governance =
        new Governance(
            operator,
            index,
            view.routes().stream().map(routes::compile).toList(),
            view.budgets().stream().map(budgets::compile).toList());
    classes = new WorkloadClasses(index, governance, profiles, findings);
    assembler = new SnapshotAssembler(governance, new IdentityPins(index));
  }

  void run() {
    rejected.forEach(findings::rejected);
    Map<WorkloadClasses.Member, WorkloadSnapshot> done = new HashMap<>();
    for (PodView pod : view.pods()) {
      WorkloadClasses.Member member = classes.of(pod);
      WorkloadSnapshot snapshot =
          done.containsKey(member)
              ? done.get(member)
              : publish(assembler.parts(member.pods(), member.profile()));
      done.put(member, snapshot);
      if (snapshot != null) {
        byPod.put(pod.uid(), snapshot);
      }
    }
    Precedence precedence = new Precedence(findings);
    for (String namespace : governance.namespaces()) {
      precedence.report(namespace, governance.rivals(namespace));
      proveUncovered(namespace);
    }
    for (CompiledProvider provider : providers.values()) {
      if (provider.provider() != null && !covered.contains(provider.object())) {
        publish(assembler.alone(provider));
      }
    }
  }

  /**
   * An object that no pod uses yet is proved too, so that its owner learns before the first pod.
   */
  private void proveUncovered(String namespace) {
    Parts parts = assembler.everything(WorkloadClass.any(namespace));
    boolean uncovered =
        parts.routes().stream().anyMatch(route -> !covered.contains(route.object()))
            || parts.budgets().stream().anyMatch(budget -> !covered.contains(budget.object()));
    if (uncovered) {
      publish(parts);
    }
  }

  private WorkloadSnapshot publish(Parts parts) {
    prices.check(parts);
    outputCaps.check(parts);
    parts.routes().forEach(route -> covered.add(route.object()));
    parts.budgets().forEach(budget -> covered.add(budget.object()));
    covered.addAll(parts.providers().keySet());
    ProvenKey key = new ProvenKey(assembler.snapshot(parts), SnapshotAssembler.credentials(parts));
    WorkloadSnapshot known = proven.getOrDefault(key, alreadyProven.get(key));
    WorkloadSnapshot snapshot = known != null ? known : prove(key);
    if (snapshot != null) {
      proven.put(key, snapshot);
    }
    return snapshot;
  }

  /** Null if the engine refuses it: its pods keep what they have until the next run. */
  private WorkloadSnapshot prove(ProvenKey key) {
    try {
      Policy policy = SnapshotAssembler.prove(key.snapshot());
      return new WorkloadSnapshot(
          policy.version(), policy.canonicalJson(), policy.snapshot(), key.credentials());
    } catch (SnapshotRefused e) {
      blame(key.snapshot(), e);
      return null;
    }
  }

  private void blame(Snapshot snapshot, SnapshotRefused refused) {
    ObjectRef object = refused.object();
    if (object != null && !rejected.containsKey(object)) {
      newlyRejected.put(object, refused.getMessage());
      return;
    }
    snapshot.sources().forEach(each -> findings.rejected(each.object(), refused.getMessage()));
  }

  /** Objects to put aside in the next run; empty if this run's result holds. */
  Map<ObjectRef, String> newlyRejected() {
    return newlyRejected;
  }

  Map<ProvenKey, WorkloadSnapshot> proven() {
    return Map.copyOf(proven);
  }

  Compilation result() {
    return new Compilation(byPod, findings.sorted());
  }
}
