package io.tidegate.cli.up;

import io.tidegate.cli.manifest.Manifest;
import io.tidegate.cli.manifest.Problem;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Problems as a person reads them: each once, again only after it was gone or reads otherwise. */
final class ToldProblems {
  private final PrintStream out;
  private final PrintStream err;
  private Map<String, String> shown = Map.of();

  ToldProblems(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** What stands in files; what is gone was mended by an edit, which is told as such. */
  void show(List<Problem> problems) {
    Map<String, Problem> byText = new LinkedHashMap<>();
    problems.forEach(problem -> byText.put(problem.toString(), problem));
    print(byText);
  }

  /**
   * What the operator says, and of what it said before what is well again. What is neither wrong
   * nor well yet stays remembered, so that its end is told.
   *
   * @param applied an object that was deleted is not told to be well
   */
  void show(Verdicts verdicts, List<Manifest> applied) {
    Map<String, String> pending = new LinkedHashMap<>();
    shown.forEach(
        (key, text) -> {
          boolean there = applied.stream().anyMatch(m -> key.startsWith(m.title() + ": "));
          if (there && verdicts.good().contains(key)) {
            out.println("  " + key + "=True again");
          } else if (there && !verdicts.problems().containsKey(key)) {
            pending.put(key, text);
          }
        });
    print(verdicts.problems());
    pending.putAll(shown);
    shown = pending;
  }

  private void print(Map<String, Problem> problems) {
    Map<String, String> now = new LinkedHashMap<>();
    problems.forEach(
        (key, problem) -> {
          now.put(key, problem.toString());
          if (!problem.toString().equals(shown.get(key))) {
            err.println("  " + problem);
          }
        });
    shown = now;
  }
}
