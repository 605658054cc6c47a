package io.tidegate.provider;

import java.util.List;

/**
 * What is said, before it is put into a dialect.
 *
 * @param number of the call at this provider
 * @param id unique, of letters and digits
 * @param tool its name; null: text
 * @param choices each in pieces of one token
 * @param cut the cap ended it
 */
record Answer(
    long number,
    String id,
    String model,
    String tool,
    List<List<String>> choices,
    boolean cut,
    Usage usage) {

  String whole(int choice) {
    return String.join("", choices.get(choice));
  }

  /**
   * What is billed.
   *
   * @param input all of it, cached or not
   * @param output all of it, reasoning too
   */
  record Usage(int input, int cacheRead, int cacheWrite, int output, int reasoning) {
    /** Anthropic counts cached tokens beside the others, not among them. */
    int uncachedInput() {
      return input - cacheRead - cacheWrite;
    }
  }
}
