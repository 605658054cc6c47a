package io.tidegate.provider;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What goes wrong on demand. Asked for by the header {@code x-sample-behaviour} (several with
 * commas), or by the model's name, which holds it between dashes: {@code sample-fail-429}.
 */
enum Behaviour {
  FAIL_400,
  FAIL_401,
  FAIL_429,
  FAIL_500,
  FAIL_529,
  /** Never answers. */
  HANG,
  /** Waits between two events. */
  SLOW,
  /** The connection ends after some events. Before RESET, whose name its own contains. */
  RESET_MIDSTREAM,
  /** The connection ends before the head. */
  RESET,
  /** An error event after some others; a unary call fails with 500. */
  ERROR_MIDSTREAM,
  /** Hangs after some events, with the connection open. */
  HANG_MIDSTREAM,
  /** Every other call fails with 500. */
  FLAKY,
  /** Unknown padding of megabytes. */
  HUGE,
  /** Each byte of the body in a write of its own. */
  SPLIT,
  /** The stream is compressed where the client takes gzip. */
  GZIP_STREAM;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  String word() {
    return word;
  }

  /**
   * Reads both places.
   *
   * @param header null: none
   * @param model null: none
   */
  static Set<Behaviour> of(String header, String model) {
    Set<Behaviour> found = new TreeSet<>();
    String asked = header == null ? "" : header;
    for (String word : asked.split(",", -1)) {
      for (Behaviour behaviour : values()) {
        if (behaviour.word.equals(word.strip())) {
          found.add(behaviour);
        }
      }
    }
    String rest = "-" + (model == null ? "" : model) + "-";
    for (Behaviour behaviour : values()) {
      if (rest.contains("-" + behaviour.word + "-")) {
        found.add(behaviour);
        rest = rest.replace("-" + behaviour.word + "-", "-");
      }
    }
    return found;
  }
}
