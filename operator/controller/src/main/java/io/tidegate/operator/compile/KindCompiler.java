package io.tidegate.operator.compile;

import io.tidegate.api.GovernedResource;
import io.tidegate.api.Misfit;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Compiles the objects of one kind, one by one: whatever is wrong with an object stays with it.
 *
 * @param whole compiles an object whose spec is understood
 * @param heldBack what stands for an object that is not: it refuses what the object would have
 *     decided, as far as that can be read, and else whatever the object could have decided
 */
record KindCompiler<R extends GovernedResource<?, ?>, C>(
    FindingLog findings, Function<R, C> whole, BiFunction<R, Finding, C> heldBack) {

  C compile(R object) {
    Misfit misfit = object.misfit();
    if (misfit != null) {
      return putAside(object, misfit);
    }
    try {
      return whole.apply(object);
    } catch (RuntimeException e) {
      return putAside(object, new Misfit("spec", "breaks the operator's compiler (" + e + ")"));
    }
  }

  private C putAside(R object, Misfit misfit) {
    return heldBack.apply(
        object,
        findings.add(
            ViewIndex.ref(object), Reason.SpecNotUnderstood, misfit.field(), misfit.complaint()));
  }
}
