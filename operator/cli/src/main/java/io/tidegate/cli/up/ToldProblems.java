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
   * What the operator says, and of what it says that no more.
   *
   * @param problems by object and condition
   * @param applied an object that was deleted is not told to be well
   */
  void show(Map<String, Problem> problems, List<Manifest> applied) {
    for (String before : shown.keySet()) {
      boolean there = applied.stream().anyMatch(m -> before.startsWith(m.title() + ": "));
      if (there && !problems.containsKey(before)) {
        out.println("  " + before + "=True again");
      }
    }
    print(problems);
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
