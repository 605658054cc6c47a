package io.tidegate.e2e.cluster;

/**
 * A program that ran to its end.
 *
 * @param exit its exit code
 * @param out what it printed, standard output only
 * @param err what it printed on standard error
 */
public record Ran(int exit, String out, String err) {
  /** The standard output of a program that must have ended well. */
  public String orFail() {
    if (exit != 0) {
      throw new AssertionError("exit code " + exit + ": " + err + out);
    }
    return out;
  }
}
