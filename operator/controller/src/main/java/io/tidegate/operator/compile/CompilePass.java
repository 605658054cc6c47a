package io.tidegate.operator.compile;

import io.tidegate.operator.compile.CompiledNamespace.Refusal;
import io.tidegate.operator.compile.OutputCapCheck.Uncapped;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run over a view, with the objects that the engine rejected in an earlier run put aside:
 * objects first, each by itself, then namespaces, each by itself.
 */
final class CompilePass {
  private final CompileMemory memory;
  private final Map<ObjectRef, String> rejected;
  private final FindingLog findings = new FindingLog();
  private final Map<ObjectRef, String> newlyRejected = new TreeMap<>();
  private final Map<String, WorkloadSnapshot> byPod;
  private final Map<String, Unserved> unserved = new HashMap<>();
  private final ViewIndex index;
  private final Governance governance;

  CompilePass(ResourceView view, Map<ObjectRef, String> rejected, CompileMemory memory) {
    this.rejected = rejected;
    this.memory = memory;
    byPod = HashMap.newHashMap(view.pods().size());
    index = new ViewIndex(view, rejected);
    index.compileProviders(memory.providers, findings);
    index.compilePrompts(memory.prompts, findings);
    governance =
        new Governance(
            index,
            index.compile(memory.routes, view.routes(), findings),
            index.compile(memory.budgets, view.budgets(), findings),
            index.compileProfiles(memory.profiles, findings),
            view.pods());
  }

  void run() {
    rejected.forEach(findings::rejected);
    Map<Uncapped, Finding> uncapped = new HashMap<>();
    for (String name : governance.namespaces()) {
      CompiledNamespace namespace = memory.compiled(governance.of(name));
      byPod.putAll(namespace.byPod());
      unserved.putAll(namespace.unserved());
      findings.addAll(namespace.findings());
      namespace
          .uncapped()
          .forEach((what, finding) -> uncapped.merge(what, finding, Finding::lesser));
      namespace.refusals().forEach(this::blame);
    }
    findings.addAll(uncapped.values());
    for (CompiledProvider provider : index.providers()) {
      if (provider.provider() != null) {
        memory.refusals(provider).forEach(this::blame);
      }
    }
  }

  private void blame(Refusal refusal) {
    if (!rejected.containsKey(refusal.object())) {
      newlyRejected.merge(refusal.object(), refusal.message(), CompilePass::lesser);
      return;
    }
    refusal.sources().forEach(each -> findings.rejected(each, refusal.message()));
  }

  private static String lesser(String one, String other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Objects to put aside in the next run; empty if this run's result holds. */
  Map<ObjectRef, String> newlyRejected() {
    return newlyRejected;
  }

  Compilation result() {
    return new Compilation(byPod, unserved, findings.sorted());
  }
}
