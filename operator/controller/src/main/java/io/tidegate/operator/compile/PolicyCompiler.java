package io.tidegate.operator.compile;

import io.tidegate.sidecar.config.ObjectRef;
import java.util.HashMap;
import java.util.Map;

/**
 * From resources to configuration: each object by itself, then one snapshot for each class of pods,
 * proved by the engine that will run it. A broken object is put aside and reported; the others are
 * compiled as if it were alone in being broken. The result depends on the view only.
 *
 * <p>What is put aside fails closed: a route claims its calls and refuses them, a budget that the
 * engine rejects lets nothing through, a PassThrough that names a missing provider denies. The same
 * holds for an object whose spec is not understood ({@link KindCompiler}).
 *
 * <p>What the last compilation found out is kept ({@link CompileMemory}): an object is compiled
 * again if it changed or would be told something else of its surroundings, a namespace if something
 * changed that governs it.
 */
public final class PolicyCompiler {
  /** Each run puts at least one object aside; more broken ones at once wait for the next change. */
  private static final int MAX_RUNS = 64;

  private final CompileMemory memory = new CompileMemory();

  /**
   * What a compilation could not take from the one before it.
   *
   * @param objects compiled by themselves
   * @param namespaces whose snapshots were assembled
   */
  record Work(int objects, int namespaces) {}

  /** Never fails on what a view holds; may be called on any thread. */
  public synchronized Compilation compile(ResourceView view) {
    memory.next();
    Map<ObjectRef, String> rejected = new HashMap<>();
    CompilePass pass = run(view, rejected);
    for (int runs = 1; runs < MAX_RUNS && !pass.newlyRejected().isEmpty(); runs++) {
      rejected.putAll(pass.newlyRejected());
      pass = run(view, rejected);
    }
    return pass.result();
  }

  private CompilePass run(ResourceView view, Map<ObjectRef, String> rejected) {
    CompilePass pass = new CompilePass(view, Map.copyOf(rejected), memory);
    pass.run();
    return pass;
  }

  /** Of the last compilation. */
  synchronized Work work() {
    return memory.work();
  }
}
