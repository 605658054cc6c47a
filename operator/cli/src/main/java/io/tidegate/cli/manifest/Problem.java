package io.tidegate.cli.manifest;

import java.nio.file.Path;

/**
 * Something in a file that a person has to mend.
 *
 * @param file file's name relative to the directory
 * @param line counted from 1
 * @param object such as {@code ModelRoute shop/chat}; empty where the file is no YAML
 * @param what the sentence, with the field's path where there is one
 * @param nextStep what to do
 */
public record Problem(Path file, int line, String object, String what, String nextStep) {
  /** One line for a terminal. */
  public String line1() {
    return file + ":" + line + ": " + (object.isEmpty() ? "" : object + ": ") + what;
  }

  @Override
  public String toString() {
    return line1() + "\n    next: " + nextStep;
  }
}
