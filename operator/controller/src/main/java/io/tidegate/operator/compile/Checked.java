package io.tidegate.operator.compile;

import io.tidegate.api.GovernedResource;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What became of one object, and why it would become the same again.
 *
 * @param read the spec; where it was not understood, the object itself
 * @param answers what its compilation asked beside the object
 */
record Checked<C>(
    Object read,
    long generation,
    List<Questioned.Answer> answers,
    C result,
    List<Finding> findings) {

  static <R extends GovernedResource<?, ?>, C> Checked<C> of(
      R object,
      Surroundings surroundings,
      BiFunction<Surroundings, FindingLog, KindCompiler<R, C>> kind) {
    Questioned questioned = new Questioned(surroundings);
    FindingLog findings = new FindingLog();
    C result = kind.apply(questioned, findings).compile(object);
    return new Checked<>(
        read(object),
        ViewIndex.generation(object),
        questioned.answers(),
        result,
        findings.sorted());
  }

  private static Object read(GovernedResource<?, ?> object) {
    return object.getSpec() == null ? object : object.getSpec();
  }

  /** Whether the object, which has the same name, would become the same there. */
  boolean holds(GovernedResource<?, ?> object, Surroundings surroundings) {
    Object now = read(object);
    return generation == ViewIndex.generation(object)
        && (read == now || (object.getSpec() != null && read.equals(now)))
        && answers.stream().allMatch(answer -> answer.sameFrom(surroundings));
  }
}
