package io.tidegate.operator.compile;

import io.tidegate.api.GovernedResource;
import io.tidegate.sidecar.config.ObjectRef;
import java.util.function.BiFunction;

/** The objects of one kind, each compiled by itself and only when it could come out differently. */
final class CheckedKind<R extends GovernedResource<?, ?>, C> {
  private final Memo<ObjectRef, Checked<C>> memo = new Memo<>();
  private final BiFunction<Surroundings, FindingLog, KindCompiler<R, C>> kind;

  CheckedKind(BiFunction<Surroundings, FindingLog, KindCompiler<R, C>> kind) {
    this.kind = kind;
  }

  C compile(R object, ObjectRef ref, Surroundings surroundings, FindingLog findings) {
    Checked<C> checked =
        memo.of(
            ref,
            known -> known.holds(object, surroundings),
            old -> Checked.of(object, surroundings, kind));
    findings.addAll(checked.findings());
    return checked.result();
  }

  void next() {
    memo.next();
  }

  int computed() {
    return memo.computed();
  }
}
